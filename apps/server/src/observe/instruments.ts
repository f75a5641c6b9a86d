/** Counts by labels. One addition costs a look-up: it happens at every request. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, labels: readonly string[]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
  }

  add(amount: number, ...values: readonly string[]): void {
    const key = values.join('\n');
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  render(): string {
    const lines = [...this.#values].map(
      ([key, value]) => `${this.#name}${labelText(this.#labels, key.split('\n'))} ${value}`,
    );
    if (this.#labels.length === 0 && lines.length === 0) lines.push(`${this.#name} 0`);
    return block(this.#name, this.#help, 'counter', lines);
  }
}

export class Gauge {
  readonly #name: string;
  readonly #help: string;
  #value = 0;

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  add(amount: number): void {
    this.#value += amount;
  }

  get value(): number {
    return this.#value;
  }

  render(): string {
    return block(this.#name, this.#help, 'gauge', [`${this.#name} ${this.#value}`]);
  }
}

interface Distribution {
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #label: string;
  readonly #bounds: readonly number[];
  readonly #values = new Map<string, Distribution>();

  constructor(name: string, help: string, label: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#label = label;
    this.#bounds = bounds;
  }

  observe(value: number, label: string): void {
    let found = this.#values.get(label);
    if (found === undefined) {
      found = { counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
      this.#values.set(label, found);
    }
    found.sum += value;
    found.count++;
    const index = this.#bounds.findIndex((bound) => value <= bound);
    if (index >= 0) found.counts[index] = (found.counts[index] ?? 0) + 1;
  }

  render(): string {
    const lines: string[] = [];
    for (const [label, { counts, sum, count }] of this.#values) {
      let total = 0;
      this.#bounds.forEach((bound, index) => {
        total += counts[index] ?? 0;
        const labels = labelText([this.#label, 'le'], [label, String(bound)]);
        lines.push(`${this.#name}_bucket${labels} ${total}`);
      });
      lines.push(
        `${this.#name}_bucket${labelText([this.#label, 'le'], [label, '+Inf'])} ${count}`,
        `${this.#name}_sum${labelText([this.#label], [label])} ${sum}`,
        `${this.#name}_count${labelText([this.#label], [label])} ${count}`,
      );
    }
    return block(this.#name, this.#help, 'histogram', lines);
  }
}

function labelText(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return '';
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`);
  return `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

function block(name: string, help: string, type: string, lines: readonly string[]): string {
  const body = lines.map((line) => `${line}\n`).join('');
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${body}`;
}
