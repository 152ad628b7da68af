// What wants an operator and cannot be mended here. In the log under `alert`, by which it can be found and counted.
import type { Gateway } from '../gateway.ts'

export type Alert = 'slash-case' | 'slashed' | 'succeeded' | 'inflows-paused' | 'no-coins' | 'clock'

export function alert(
  { log, metrics }: Pick<Gateway, 'log' | 'metrics'>,
  kind: Alert,
  details: Record<string, unknown>,
  text: string,
): void {
  metrics.alerts.inc({ kind })
  log.error({ alert: kind, ...details }, text)
}
