// What is paid, as a till would print it: the one picture of money in this app.
import type { ReactNode } from 'react'

export type ReceiptRow = { label: string; value: ReactNode; total?: boolean }

export function Receipt({ title, aside, rows }: { title: string; aside?: ReactNode; rows: readonly ReceiptRow[] }) {
  return (
    <div className="receipt">
      <div className="receipt__paper">
        <div className="receipt__title">
          <span>{title}</span>
          <span>{aside}</span>
        </div>
        <dl>
          {rows.map(({ label, value, total }) => (
            <div key={label} className={total ? 'receipt__row receipt__row--total' : 'receipt__row'}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}
