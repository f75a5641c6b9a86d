/** Rows of a table of embeddings; every model of a tokenizer with no more words can look them up. */
const ROWS = 30_522;
const WIDTH = 4;
const FLOAT = 1;
const INT64 = 7;

type Field = number | Uint8Array | string;

/** The row of a token. */
export function rowOf(token: number): readonly number[] {
  return [1, token / ROWS, (token % 7) / 7, (token % 11) / 11].map(Math.fround);
}

/** An ONNX model that gives each token its row of a table: the smallest that a feature-extraction pipeline runs. */
export function tinyOnnx(): Uint8Array {
  const table = Float32Array.from({ length: ROWS }, (_, token) => token);
  const rows = Float32Array.from([...table].flatMap((token) => rowOf(token)));
  const initializer = message(
    [1, ROWS],
    [1, WIDTH],
    [2, FLOAT],
    [8, 'table'],
    [9, new Uint8Array(rows.buffer)],
  );
  const gather = message([1, 'table'], [1, 'input_ids'], [2, 'last_hidden_state'], [4, 'Gather']);
  const inputs = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) =>
    value(name, INT64, ['batch', 'length']),
  );
  const graph = message(
    [1, gather],
    [2, 'tiny'],
    [5, initializer],
    ...inputs.map((input): [number, Field] => [11, input]),
    [12, value('last_hidden_state', FLOAT, ['batch', 'length', WIDTH])],
  );
  return message([1, 8], [7, graph], [8, message([2, 13])]);
}

function value(name: string, type: number, shape: readonly (string | number)[]): Uint8Array {
  const dimensions = shape.map((size): [number, Field] => [
    1,
    typeof size === 'number' ? message([1, size]) : message([2, size]),
  ]);
  const tensor = message([1, type], [2, message(...dimensions)]);
  return message([1, name], [2, message([1, tensor])]);
}

/** A protobuf message of numbers, and of texts and bytes with their lengths. */
function message(...fields: readonly (readonly [tag: number, field: Field])[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([tag, field]) => {
      if (typeof field === 'number') return [varint(tag * 8), varint(field)];
      const bytes = typeof field === 'string' ? Buffer.from(field) : field;
      return [varint(tag * 8 + 2), varint(bytes.byteLength), bytes];
    }),
  );
}

function varint(number: number): Uint8Array {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}
