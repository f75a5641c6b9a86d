const number = new Intl.NumberFormat('en');
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

export function formatNumber(value: number): string {
  return number.format(value);
}

export function formatPercent(share: number): string {
  return percent.format(share);
}

/** `1 model`, `12 models`. */
export function formatCount(count: number, one: string, several = `${one}s`): string {
  return `${number.format(count)} ${count === 1 ? one : several}`;
}
