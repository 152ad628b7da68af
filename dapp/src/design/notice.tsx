import type { ReactNode } from 'react'

type NoticeProps = {
  tone?: 'good' | 'warn' | 'bad' | 'plain'
  title?: string
  children?: ReactNode
  actions?: ReactNode
}

/** Bad news is read out at once by a screen reader. */
export function Notice({ tone = 'plain', title, children, actions }: NoticeProps) {
  return (
    <div className={tone === 'plain' ? 'notice' : `notice notice--${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {title && <p className="notice__title">{title}</p>}
      {children}
      {actions && <div className="notice__actions">{actions}</div>}
    </div>
  )
}
