/**
 * Points drawn by the graphics card, in one call. Our own, since the libraries for it build code
 * from text, which the app's content policy forbids.
 */
import { type Look, parts, TABLE, tableOf } from "./colours";
import type { Order } from "./legend";
import type { Points } from "./points";
import type { Size, View } from "./view";

const VERTEX = `#version 300 es
precision highp float;
uniform vec2 middle;
uniform vec2 reach;
uniform float pointSize;
uniform float quiet;
uniform sampler2D looks;
layout(location = 0) in float x;
layout(location = 1) in float y;
layout(location = 2) in float look;
layout(location = 3) in float chosen;
out vec4 colour;
flat out float shape;
flat out float isChosen;
flat out float size;
void main() {
  int at = int(look);
  gl_Position = vec4((vec2(x, y) - middle) * reach, 0.0, 1.0);
  // A chosen point is a little larger; those beside a choice step back.
  size = pointSize * (chosen > 0.5 ? 1.35 : 1.0);
  gl_PointSize = size;
  colour = texelFetch(looks, ivec2(at, 0), 0);
  colour.a = (at == 0 ? 0.7 : 0.92) * (chosen > 0.5 ? 1.0 : 1.0 - quiet);
  shape = texelFetch(looks, ivec2(at, 1), 0).r * 255.0;
  isChosen = chosen;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 ground;
in vec4 colour;
flat in float shape;
flat in float isChosen;
flat in float size;
out vec4 shown;
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float far = length(p);
  if (shape > 0.5) far = max(abs(p.x), abs(p.y)) * 1.15;
  if (shape > 1.5) far = (abs(p.x) + abs(p.y)) * 0.95;
  if (shape > 2.5) far = max(p.y * 1.25 + 0.1, abs(p.x) * 1.15 - p.y * 0.62 + 0.32);
  float soft = 2.0 / size;
  float within = 1.0 - smoothstep(1.0 - soft, 1.0, far);
  if (within < 0.02) discard;
  // A thin rim in the colour of the ground keeps neighbours apart.
  float rim = size > 7.0 ? smoothstep(1.0 - 2.6 * soft, 1.0 - 1.6 * soft, far) : 0.0;
  vec3 edge = isChosen > 0.5 ? 1.0 - ground : ground;
  shown = vec4(mix(colour.rgb, edge, rim), colour.a * within);
}`;

export interface Pen {
  place(points: Points): void;
  paint(looks: Uint8Array, table: readonly Look[]): void;
  choose(chosen: Uint8Array): void;
  /** Which points are drawn, from the bottom to the top. */
  order(order: Order): void;
  draw(view: View, size: Size, how: How): void;
  free(): void;
}

export interface How {
  /** Pixels of the screen for one of the page. */
  ratio: number;
  pointSize: number;
  /** How far points beside a choice step back, 0 to 1. */
  quiet: number;
  ground: string;
  /** Draw about this share of the points: a slow machine keeps up while the map moves. */
  share: number;
}

/** Null where the browser cannot draw this way. */
export function penFor(canvas: HTMLCanvasElement): Pen | null {
  const gl = canvas.getContext("webgl2", {
    alpha: false,
    antialias: false,
    depth: false,
    powerPreference: "high-performance",
  });
  const program = gl && programOf(gl);
  return gl && program ? penOf(gl, program) : null;
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  const shaders: [number, string][] = [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ];
  for (const [kind, source] of shaders) {
    const shader = gl.createShader(kind);
    if (shader === null) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}

const COLUMNS = { x: 0, y: 1, look: 2, chosen: 3 } as const;

function penOf(gl: WebGL2RenderingContext, program: WebGLProgram): Pen {
  const at = (name: string) => gl.getUniformLocation(program, name);
  const uniforms = {
    middle: at("middle"),
    reach: at("reach"),
    pointSize: at("pointSize"),
    quiet: at("quiet"),
    ground: at("ground"),
  };
  const columns = Object.values(COLUMNS).map(() => gl.createBuffer());
  const elements = gl.createBuffer();
  const texture = gl.createTexture();
  let layers: readonly number[] = [];
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);

  const fill = (column: number, values: Float32Array | Uint8Array) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, columns[column]!);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(column);
    const kind = values instanceof Float32Array ? gl.FLOAT : gl.UNSIGNED_BYTE;
    gl.vertexAttribPointer(column, 1, kind, false, 0, 0);
  };
  return {
    place(points) {
      layers = [];
      fill(COLUMNS.x, points.x);
      fill(COLUMNS.y, points.y);
      fill(COLUMNS.look, new Uint8Array(points.n));
      fill(COLUMNS.chosen, new Uint8Array(points.n));
    },
    paint(looks, table) {
      fill(COLUMNS.look, looks);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texImage2D(
        gl.TEXTURE_2D, 0, gl.RGBA, TABLE, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, tableOf(table),
      ); // prettier-ignore
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    },
    choose(chosen) {
      fill(COLUMNS.chosen, chosen);
    },
    order({ order, ends }) {
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, elements);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.DYNAMIC_DRAW);
      layers = ends;
    },
    draw(view, size, { ratio, pointSize, quiet, ground, share }) {
      const [red, green, blue] = parts(ground).map((each) => each / 255) as [
        number,
        number,
        number,
      ];
      gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
      gl.clearColor(red, green, blue, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(uniforms.middle, view.x, view.y);
      gl.uniform2f(uniforms.reach, (2 * view.scale) / size.width, (2 * view.scale) / size.height);
      gl.uniform1f(uniforms.pointSize, pointSize * ratio);
      gl.uniform1f(uniforms.quiet, quiet);
      gl.uniform3f(uniforms.ground, red, green, blue);
      layers.forEach((end, layer) => {
        const begin = layers[layer - 1] ?? 0;
        const wanted = Math.ceil((end - begin) * share);
        if (wanted > 0) gl.drawElements(gl.POINTS, wanted, gl.UNSIGNED_INT, begin * 4);
      });
    },
    free() {
      for (const buffer of [...columns, elements]) gl.deleteBuffer(buffer);
      gl.deleteTexture(texture);
      gl.deleteProgram(program);
    },
  };
}
