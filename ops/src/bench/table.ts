// Figures as a table for people.
import { type Figure, holds, ratioOf } from './figure.ts'

const heading = ['', 'value', 'p50 ms', 'p99 ms', 'reference', 'value', 'p50 ms', 'p99 ms', 'ratio', 'target', '']

export function renderTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, p50, p99, reference, target } = figure
    return [
      name,
      `${number(value)} ${unit}`,
      milliseconds(p50),
      milliseconds(p99),
      reference.name,
      number(reference.value),
      milliseconds(reference.p50),
      milliseconds(reference.p99),
      ratioOf(figure).toFixed(2),
      'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`,
      holds(figure) ? '✓' : '✗',
    ]
  })
  const table = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const isText = (column: number) => heading[column] === '' || heading[column] === 'reference'
  return table
    .map((row) => row.map((cell, at) => (isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))))
    .map((cells) => `  ${cells.join('  ')}`.trimEnd())
    .join('\n')
}

const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })
const milliseconds = (value: number | undefined) => (value === undefined ? '' : value.toFixed(value < 10 ? 3 : 0))
