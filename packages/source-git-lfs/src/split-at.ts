/** Cuts a stream into the texts between the marks. */
export async function* splitAt(
  mark: '\n' | '\0',
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = rest.indexOf(mark); at >= 0; at = rest.indexOf(mark, from)) {
      yield rest.toString('utf8', from, at);
      from = at + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
