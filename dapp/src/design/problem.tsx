// What went wrong, in words: title, what to do, what was charged; a stranger's text only as details.
import { EngineError } from '@x4pn/client'
import type { ReactNode } from 'react'
import { strings } from '../strings.ts'
import { Notice } from './notice.tsx'

export type ProblemLike = { code: string; message: string; details?: string | undefined }

/** Of anything thrown, its innermost engine error. */
export function problemOf(error: unknown): ProblemLike {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof EngineError) {
      return { code: cause.code, message: cause.shortMessage, details: cause.details }
    }
    if (cause.name === 'WalletNeeded') return { code: 'WALLET_NEEDED', message: cause.message }
  }
  return { code: 'UNKNOWN', message: error instanceof Error ? error.message : String(error) }
}

export function Problem({
  problem,
  charged,
  actions,
}: {
  problem: ProblemLike
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
