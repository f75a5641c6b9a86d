/** The part of a tree of HTML that is looked at. */
interface Node {
  readonly type: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  readonly children?: readonly Node[];
}

/**
 * Puts the headings of a text below the page's own first one, and leaves no level out, whatever its author did. How a heading
 * looks goes by what it was: class `card-h1`, `card-h2`, …
 */
export function headingLevels(): (tree: Node) => void {
  return (tree) => {
    let before = 1;
    const visit = (node: Node): void => {
      const level = /^h([1-6])$/.exec(node.tagName ?? '')?.[1];
      if (level !== undefined) {
        before = Math.min(Number(level) + 1, before + 1, 6);
        node.tagName = `h${before}`;
        node.properties = { ...node.properties, className: [`card-h${level}`] };
      }
      for (const child of node.children ?? []) visit(child);
    };
    visit(tree);
  };
}
