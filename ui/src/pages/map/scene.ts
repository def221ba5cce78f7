/** The map as it is drawn: points, a view that moves, and those who follow it. No React in here. */
import type { Coloured } from "./legend";
import { orderOf } from "./legend";
import type { Scheme } from "./colours";
import { maskOf } from "./choice";
import { type How, type Pen, penFor } from "./draw";
import { type Grid, gridOf, inside, nearest } from "./grid";
import { type Bounds, coreOf, type Points } from "./points";
import {
  between,
  fitted,
  onMap,
  panned,
  pointSize,
  type Size,
  type Spot,
  type View,
  zoomed,
} from "./view";

const GROUND: Record<Scheme, string> = { light: "#ffffff", dark: "#1f1f1f" };
/** Milliseconds without a movement until pictures and names are laid out anew. */
const SETTLED = 140;
const FLIGHT = 420;
/** Milliseconds between frames that the eye takes for a stutter. */
const SLOW = 24;
const LEAST_SHARE = 0.15;
/** Pixels around a point that still are on it. */
const REACH = 9;
/** The legend's width, and the canvas width from which it is open at first. */
const LEGEND = 220;
const ROOMY = 720;

export interface Settled {
  view: View;
  size: Size;
}

export class Scene {
  readonly grid: Grid;
  private readonly pen: Pen | null;
  private readonly nearness = () => this.view.scale / this.whole.scale;
  private looks: Uint8Array;
  private shown: Uint8Array;
  private chosen: Uint8Array;
  private choices = 0;
  private scheme: Scheme = "light";
  private frame = 0;
  private timer = 0;
  private flight: { from: View; to: View; began: number } | null = null;
  private share = 1;
  private before = 0;
  private readonly onMoves = new Set<() => void>();
  private readonly onSettles = new Set<() => void>();
  private last: Settled;
  size: Size = { width: 1, height: 1 };
  view: View;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly points: Points,
    kept: View | undefined,
  ) {
    this.grid = gridOf(points);
    this.looks = new Uint8Array(points.n);
    this.shown = new Uint8Array(points.n).fill(1);
    this.chosen = new Uint8Array(points.n);
    this.pen = penFor(canvas);
    this.measure();
    this.view = kept ?? this.whole;
    this.last = { view: this.view, size: this.size };
    this.pen?.place(points);
  }

  get isDrawn(): boolean {
    return this.pen !== null;
  }

  private get covered(): number {
    return this.size.width >= ROOMY ? LEGEND : 0;
  }

  private get whole(): View {
    return fitted(this.grid.box, this.size, this.covered);
  }

  /** To be called where the canvas may have another size. */
  measure(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const ratio = this.ratio;
    const isFirst = this.size.width <= 1;
    const wasWhole = !isFirst && Math.abs(this.view.scale / this.whole.scale - 1) < 0.01;
    this.size = { width: Math.max(clientWidth, 1), height: Math.max(clientHeight, 1) };
    this.canvas.width = Math.round(this.size.width * ratio);
    this.canvas.height = Math.round(this.size.height * ratio);
    if (isFirst) return;
    // What showed everything goes on to.
    if (wasWhole) this.view = this.whole;
    this.moved();
  }

  private get ratio(): number {
    return Math.min(window.devicePixelRatio || 1, 2);
  }

  paint({ looks, table }: Coloured, shown: Uint8Array, scheme: Scheme): void {
    this.looks = looks;
    this.shown = shown;
    this.scheme = scheme;
    this.pen?.paint(looks, table);
    this.arrange();
    this.moved();
  }

  choose(indices: Uint32Array): void {
    this.chosen = maskOf(this.points.n, indices);
    this.choices = indices.length;
    this.pen?.choose(this.chosen);
    this.arrange();
    this.ask();
  }

  private arrange(): void {
    this.pen?.order(orderOf(this.looks, this.shown, this.chosen));
  }

  readonly isShown = (index: number): boolean => this.shown[index] === 1;

  pan(byX: number, byY: number): void {
    this.look(panned(this.view, byX, byY));
  }

  zoom(by: number, at: Spot = { x: this.size.width / 2, y: this.size.height / 2 }): void {
    this.look(zoomed(this.view, this.size, at, by, this.whole));
  }

  private look(view: View): void {
    this.flight = null;
    this.view = view;
    this.moved();
  }

  /** Show a part of the map, or everything. */
  fly(box: Bounds | null, isCalm: boolean): void {
    const whole = this.whole;
    const to = box === null ? whole : fitted(box, this.size, this.covered);
    to.scale = Math.min(to.scale, whole.scale * 60);
    if (isCalm) return this.look(to);
    this.flight = { from: this.view, to, began: performance.now() };
    this.moved();
  }

  flyTo(indices: Uint32Array, isCalm: boolean): void {
    this.fly(coreOf(this.points, indices), isCalm);
  }

  at(spot: Spot): number {
    const reach = (REACH + this.pointSize / 2) / this.view.scale;
    return nearest(this.grid, onMap(this.view, this.size, spot), reach, this.isShown);
  }

  /** Pictures within a line on the screen. */
  within(line: readonly Spot[]): Uint32Array {
    const onMapped = line.map((spot) => onMap(this.view, this.size, spot));
    return inside(this.grid, onMapped, this.isShown);
  }

  get pointSize(): number {
    return pointSize(this.points.n, this.size, this.nearness());
  }

  /** Called with every frame that is drawn. */
  onMove(call: () => void): () => void {
    this.onMoves.add(call);
    return () => this.onMoves.delete(call);
  }

  /** For React: the view where it came to rest. */
  readonly onSettle = (call: () => void): (() => void) => {
    this.onSettles.add(call);
    return () => this.onSettles.delete(call);
  };
  readonly settled = (): Settled => this.last;

  private moved(): void {
    this.ask();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.settle(), SETTLED);
  }

  private settle(): void {
    if (this.flight !== null) return this.moved();
    this.share = 1;
    this.before = 0;
    this.ask();
    this.last = { view: this.view, size: this.size };
    for (const call of this.onSettles) call();
  }

  private ask(): void {
    this.frame ||= requestAnimationFrame((now) => this.draw(now));
  }

  private draw(now: number): void {
    this.frame = 0;
    this.pace(now);
    if (this.flight !== null) {
      const { from, to, began } = this.flight;
      const share = Math.min((now - began) / FLIGHT, 1);
      this.view = between(from, to, Math.max(share, 0));
      if (share >= 1) this.flight = null;
      else this.ask();
    }
    const how: How = {
      ratio: this.ratio,
      pointSize: this.pointSize,
      quiet: this.choices > 0 ? 0.72 : 0,
      ground: GROUND[this.scheme],
      share: this.share,
    };
    this.pen?.draw(this.view, this.size, how);
    for (const call of this.onMoves) call();
  }

  /** Where frames come late while the map moves, fewer points are drawn until it rests. */
  private pace(now: number): void {
    const took = now - this.before;
    this.before = now;
    if (took > 250) return;
    if (took > SLOW) this.share = Math.max(this.share * 0.7, LEAST_SHARE);
  }

  free(): void {
    cancelAnimationFrame(this.frame);
    window.clearTimeout(this.timer);
    this.pen?.free();
  }
}
