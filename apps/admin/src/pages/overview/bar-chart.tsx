import { scaleLinear } from 'd3-scale';
import type { ReactNode } from 'react';

interface Series {
  readonly name: string;
  /** Classes of the bars, and of the dot in the legend. */
  readonly colour: string;
  readonly dot: string;
}

interface BarChartProps {
  readonly title: string;
  readonly summary: string;
  readonly series: readonly Series[];
  readonly points: readonly { readonly time: number; readonly values: readonly number[] }[];
  readonly format: (value: number) => string;
  readonly isHourly: boolean;
}

const WIDTH = 480;
const HEIGHT = 150;
const GAP = 0.2;

/** Stacked bars over time. A screen reader is given the same as a table. */
export function BarChart(props: BarChartProps): ReactNode {
  const { title, summary, series, points, format, isHourly } = props;
  const most = Math.max(1, ...points.map(({ values }) => sum(values)));
  const y = scaleLinear().domain([0, most]).nice(3).range([HEIGHT, 0]);
  const ticks = y.ticks(3);
  const step = WIDTH / Math.max(1, points.length);
  const label = timeLabel(isHourly);
  const [first, last] = [points.at(0), points.at(-1)];
  return (
    <figure className="min-w-0">
      <figcaption>
        <span className="font-medium">{title}</span>
        <span className="block text-sm text-muted">{summary}</span>
      </figcaption>
      <div aria-hidden className="mt-3 flex gap-2">
        <div className="tabular relative w-14 shrink-0 text-right text-xs text-muted">
          {ticks.map((tick) => (
            <span
              key={tick}
              className="absolute right-0 -translate-y-1/2 whitespace-nowrap"
              style={{ top: `${(y(tick) / HEIGHT) * 100}%` }}
            >
              {format(tick)}
            </span>
          ))}
        </div>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-40 min-w-0 flex-1 overflow-visible"
          role="presentation"
        >
          {ticks.map((tick) => (
            <line
              key={tick}
              x1={0}
              x2={WIDTH}
              y1={y(tick)}
              y2={y(tick)}
              className="stroke-line"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {points.map(({ time, values }, index) => (
            <g key={time}>
              <title>{`${label(time)}: ${series.map(({ name }, at) => `${name} ${format(values[at] ?? 0)}`).join(', ')}`}</title>
              <rect x={index * step} y={0} width={step} height={HEIGHT} fill="transparent" />
              {series.map(({ name, colour }, at) => {
                const below = sum(values.slice(0, at));
                const value = values[at] ?? 0;
                return value === 0 ? null : (
                  <rect
                    key={name}
                    className={colour}
                    x={index * step + (step * GAP) / 2}
                    width={step * (1 - GAP)}
                    y={y(below + value)}
                    height={y(below) - y(below + value)}
                  />
                );
              })}
            </g>
          ))}
        </svg>
      </div>
      <div aria-hidden className="mt-1 flex justify-between pl-16 text-xs text-muted">
        <span>{first === undefined ? '' : label(first.time)}</span>
        <span>{last === undefined ? '' : label(last.time)}</span>
      </div>
      <ul aria-hidden className="mt-2 flex flex-wrap gap-x-4 gap-y-1 pl-16 text-sm">
        {series.map(({ name, dot }) => (
          <li key={name} className="flex items-center gap-1.5">
            <span className={`size-2.5 rounded-sm ${dot}`} />
            {name}
          </li>
        ))}
      </ul>
      <div className="sr-only">
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {series.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.map(({ time, values }) => (
              <tr key={time}>
                <th scope="row">{label(time)}</th>
                {series.map(({ name }, at) => (
                  <td key={name}>{format(values[at] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

function timeLabel(isHourly: boolean): (time: number) => string {
  const { format } = new Intl.DateTimeFormat(
    'en-GB',
    isHourly ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' },
  );
  return format;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
