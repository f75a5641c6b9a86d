import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { configInvalid } from '../config-error.ts';
import type { FieldPath } from '../types.ts';

/** A parsed config file, and where each field of it stands. */
export interface ConfigDocument {
  readonly value: unknown;
  /** `/etc/modelkeep.yaml:4:3`: a field's value, or the nearest thing around it that is there. */
  place(path: FieldPath): string;
  /** The same for a field's name. */
  placeOfKey(path: FieldPath, key: string): string;
}

/** Parses YAML. Fails with `config-invalid`, naming file, line and column. */
export function parseConfigDocument(text: string, file: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    throw configInvalid(
      problems.map((problem) => `${at(problem.pos[0])}: not valid YAML: ${problem.message}`),
    );
  }

  const nodeAt = (path: FieldPath): Node | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as Node | null | undefined;
      if (node?.range) return node;
    }
    return undefined;
  };
  return {
    value: toPlain(document.toJS.bind(document), at),
    place: (path) => at(nodeAt(path)?.range?.[0] ?? 0),
    placeOfKey: (path, key) => {
      const parent = path.length === 0 ? document.contents : document.getIn(path, true);
      const pair = isMap(parent)
        ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
        : undefined;
      return at((pair?.key as Node | undefined)?.range?.[0] ?? nodeAt(path)?.range?.[0] ?? 0);
    },
  };
}

/** Aliases are only followed here, so that a file of aliases to aliases fails here. */
function toPlain(toJS: () => unknown, at: (offset: number) => string): unknown {
  try {
    return toJS() ?? {};
  } catch (error) {
    throw configInvalid(
      [`${at(0)}: not valid YAML: ${error instanceof Error ? error.message : String(error)}`],
      error,
    );
  }
}
