// Prometheus metrics. State is read when somebody asks; only what cannot be read afterwards is counted as it happens.
// No label holds a client, an address or a destination.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Gateway } from './gateway.ts'
import { isOpen, owed, unsettled } from './sessions/session.ts'

export type Metrics = {
  readonly registry: Registry
  /** Answered requests: route as in the API document, HTTP status. */
  readonly requests: Histogram<'route' | 'status'>
  /** Transactions of the node: what for, and what became of them. */
  readonly transactions: Counter<'kind' | 'outcome'>
  /** What the node cannot do on its own and an operator should look at. */
  readonly alerts: Counter<'kind'>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  // Milliseconds from one look at the event loop to the next. The hundred a second of prom-client's own choice would be
  // most of what a quiet gateway does, and what so few looks say of its delays is left out.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 60_000 })
  for (const what of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']) {
    registry.removeSingleMetric(`nodejs_eventloop_lag_${what}_seconds`)
  }
  const registers = [registry]
  return {
    registry,
    requests: new Histogram({
      name: 'x4pn_request_seconds',
      help: 'Answered requests of the API',
      labelNames: ['route', 'status'],
      buckets: [0.002, 0.01, 0.05, 0.2, 1, 5],
      registers,
    }),
    transactions: new Counter({
      name: 'x4pn_transactions_total',
      help: 'Transactions sent by the node key',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    alerts: new Counter({
      name: 'x4pn_alerts_total',
      help: 'Events that want an operator; the log has the details',
      labelNames: ['kind'],
      registers,
    }),
  }
}

/** Gauges over the gateway's own state. */
export function exposeState(
  { registry }: Metrics,
  { sessions, health }: Gateway,
  certificateUntil: () => number | undefined,
): void {
  const gauge = (name: string, help: string, read: () => number) => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  }
  const sum = (value: (session: Parameters<typeof owed>[0]) => bigint) => () => {
    let total = 0n
    for (const session of sessions.all()) total += value(session)
    return Number(total)
  }
  gauge('x4pn_sessions', 'Sessions that have joined', () => sessions.size)
  gauge('x4pn_sessions_open', 'Of them: neither left nor ended on chain', () => {
    let open = 0
    for (const session of sessions.all()) if (isOpen(session)) open++
    return open
  })
  gauge(
    'x4pn_session_bytes',
    'IP bytes of the sessions that have joined',
    sum(({ usedBytes }) => usedBytes),
  )
  gauge('x4pn_owed', 'What they cost, token base units', sum(owed))
  gauge('x4pn_unsettled', 'Receipts that wait to be settled, token base units', sum(unsettled))
  gauge('x4pn_metered_at', 'Unix seconds of the last reading of the tunnel', () => health.meteredAt / 1000)
  gauge('x4pn_chain_read_at', 'Unix seconds of the last answer of the chain', () => health.chainReadAt / 1000)
  gauge(
    'x4pn_certificate_until',
    'Unix seconds at which the certificate ends, 0 none',
    () => (certificateUntil() ?? 0) / 1000,
  )
}
