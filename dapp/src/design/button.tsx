import type { ComponentProps } from 'react'

type Look = { kind?: 'primary' | 'quiet' | 'plain'; size?: 'large' | 'small' | 'normal' }

const className = ({ kind = 'plain', size = 'normal' }: Look) =>
  ['button', kind !== 'plain' && `button--${kind}`, size !== 'normal' && `button--${size}`].filter(Boolean).join(' ')

export function Button({ kind, size, ...rest }: Look & ComponentProps<'button'>) {
  return <button type="button" className={className({ kind, size } as Look)} {...rest} />
}

export function ButtonLink({ kind, size, ...rest }: Look & ComponentProps<'a'>) {
  return <a className={className({ kind, size } as Look)} {...rest} />
}
