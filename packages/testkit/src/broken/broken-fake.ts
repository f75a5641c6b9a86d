/** A fake that breaks one promise of its contract, and the test that must notice. */
export interface BrokenFake<Subject> {
  /** What it does wrong. */
  readonly name: string;
  /** Group and title of the test that must fail, joined by ` > `. */
  readonly fails: string;
  create(): Promise<Subject>;
}
