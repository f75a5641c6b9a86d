/** What one request brings of a large object. */
export const PIECE: number = 8 * 1024 * 1024;

/** Memory of pieces that is used again: to get as much anew each time costs more than to copy it. */
export class PieceBuffers {
  readonly #free: Buffer<ArrayBuffer>[] = [];
  readonly #pieceBytes: number;
  readonly #most: number;

  constructor(pieceBytes: number, most: number) {
    this.#pieceBytes = pieceBytes;
    this.#most = most;
  }

  take(bytes: number): Buffer<ArrayBuffer> {
    if (bytes !== this.#pieceBytes) return Buffer.allocUnsafeSlow(bytes);
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(bytes);
  }

  /** To be called once, when nobody looks at the bytes any more. */
  giveBack(piece: Buffer<ArrayBuffer>): void {
    if (piece.byteLength === this.#pieceBytes && this.#free.length < this.#most) {
      this.#free.push(piece);
    }
  }
}
