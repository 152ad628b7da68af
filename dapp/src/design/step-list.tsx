export type StepLook = 'todo' | 'now' | 'done' | 'failed'

const marks: Record<StepLook, (number: number) => string> = {
  todo: String,
  now: String,
  done: () => '✓',
  failed: () => '!',
}

export function StepList({ steps }: { steps: readonly { id: string; label: string; look: StepLook }[] }) {
  return (
    <ol className="steps">
      {steps.map(({ id, label, look }, index) => (
        <li key={id} className={`step step--${look}`} aria-current={look === 'now' ? 'step' : undefined}>
          <span className="step__mark" aria-hidden="true">
            {marks[look](index + 1)}
          </span>
          <span>{label}</span>
        </li>
      ))}
    </ol>
  )
}
