// What went wrong, in words: title, what to do, what was charged; a stranger's text only as details.
import type { ReactNode } from 'react'
import type { Problem as ProblemRecord } from '../problem.ts'
import { strings } from '../strings.ts'
import { Notice } from './notice.tsx'

export function Problem({
  problem,
  charged,
  actions,
}: {
  problem: ProblemRecord
  charged?: string
  actions?: ReactNode
}) {
  const [title, text] = strings.problems[problem.code] ?? [strings.problemOther, problem.message]
  return (
    <Notice tone="bad" title={title} actions={actions}>
      <p>{text}</p>
      {charged && <p>{charged}</p>}
      <details className="small">
        <summary>{strings.details}</summary>
        <p className="mono">
          {problem.code} {problem.details ?? problem.message}
        </p>
      </details>
    </Notice>
  )
}
