// Runs the steps that are not done, in order. Stops at the first that fails; run again, it goes on from there.
import type { Connection } from '../vault/connections.ts'
import { type FlowContext, type FlowState, type StepId, steps } from './steps.ts'

/** A step failed. `charged`: whether the deposit had left the wallet by then, as far as the chain said. */
export class FlowError extends Error {
  override name = 'FlowError'
  readonly step: StepId
  readonly charged: boolean

  constructor(step: StepId, charged: boolean, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.step = step
    this.charged = charged
  }
}

export async function runFlow(
  connection: Connection,
  context: FlowContext,
  onStep: (step: StepId) => void,
): Promise<void> {
  const state: FlowState = { connection }
  for (const step of steps) {
    if (step.isDone(state, context)) continue
    onStep(step.id)
    try {
      await step.run(state, context)
    } catch (cause) {
      throw new FlowError(step.id, state.onChain?.status === 'open', cause)
    }
  }
}
