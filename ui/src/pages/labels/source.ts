import type { Suspect, SuspectPage } from "./wire";

/** A picture has one label in doubt of a facet, or where any may be true, several. */
export function idOf({ asset, facet, given }: Pick<Suspect, "asset" | "facet" | "given">): string {
  return `${asset} ${facet} ${given}`;
}

type Fetch = (after: string | null, limit: number) => Promise<SuspectPage>;

/**
 * The suspects from page to page, none twice. Nobody holds them: those that others settle are gone
 * when the list is read anew.
 */
export class Source {
  private after: string | null = null;
  private isOver = false;
  private readonly handed = new Set<string>();

  constructor(
    private readonly fetch: Fetch,
    /** Told how many there were when they were first asked for. */
    private readonly counted: (total: number) => void = () => undefined,
    /** Of what the server tells, only these. */
    private readonly isWanted: (item: Suspect) => boolean = () => true,
  ) {}

  readonly next = async (count: number): Promise<Suspect[]> => {
    while (!this.isOver) {
      const isFirst = this.after === null;
      const page = await this.fetch(this.after, count);
      if (isFirst) this.counted(page.total);
      this.after = page.next;
      this.isOver = page.next === null;
      const fresh = page.items.filter(
        (item) => this.isWanted(item) && !this.handed.has(idOf(item)),
      );
      for (const item of fresh) this.handed.add(idOf(item));
      if (fresh.length > 0) return fresh;
    }
    return [];
  };

  /** They may come again, from the first page on. */
  readonly release = (ids: readonly string[]): Promise<void> => {
    for (const id of ids) this.handed.delete(id);
    this.rewind();
    return Promise.resolve();
  };

  rewind(): void {
    this.after = null;
    this.isOver = false;
  }
}
