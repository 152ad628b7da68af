// The demo's result, as a table and as one JSON object. Money in token base units, as decimal strings.

export const demoSteps = [
  'setup',
  'chain',
  'deploy',
  'subgraph',
  'gateway',
  'open',
  'join',
  'firstByte',
  'transfer',
  'cut',
  'resume',
  'crash',
  'close',
  'indexed',
] as const

export type DemoResult = {
  steps: { name: string; milliseconds: number }[]
  bytes: {
    /** As the client's interface counted them, both directions, inside the tunnel. Null: there was none. */
    client: number | null
    gateway: number
  }
  paid: { receipts: string; onChain: string; inSubgraph: string }
  deposit: string
  refund: string
  throughputMbit: number | null
  throughputBareMbit: number | null
  /**
   * Bytes that passed beyond receipts and allowance when the client stopped signing, and when the gateway died. Below 0:
   * so many less. Null: no tunnel.
   */
  beyondCredit: { cut: number | null; killed: number | null }
  /** True: no tunnel could be made here; bytes, cost and results are made up. */
  simulated: boolean
}

/** The table. @param usdc how to show base units */
export function renderResult(result: DemoResult): string[] {
  const mark = result.simulated ? ' (simulated)' : ''
  const mib = (bytes: number | null) =>
    bytes === null ? 'none: no tunnel' : `${(bytes / 2 ** 20).toFixed(1)} MiB${mark}`
  const bytes = (count: number | null) => (count === null ? 'none: no tunnel' : `${count} bytes`)
  const usdc = (units: string) => `${(Number(units) / 1e6).toFixed(6)} USDC${mark}`
  const rate = (mbit: number | null) => (mbit === null ? 'none: no tunnel' : `${mbit} Mbit/s`)
  const rows: [string, string][] = [
    ["client's interface", mib(result.bytes.client)],
    ['gateway metered', mib(result.bytes.gateway)],
    ['deposit', usdc(result.deposit)],
    ['paid in receipts', usdc(result.paid.receipts)],
    ['settled on chain', usdc(result.paid.onChain)],
    ['in the subgraph', usdc(result.paid.inSubgraph)],
    ['refunded', usdc(result.refund)],
    ['throughput, paying', rate(result.throughputMbit)],
    ['throughput, bare tunnel', rate(result.throughputBareMbit)],
    ['beyond credit, unpaid', bytes(result.beyondCredit.cut)],
    ['beyond credit, gateway killed', bytes(result.beyondCredit.killed)],
  ]
  return rows.map(([name, value]) => `  ${name.padEnd(30)} ${value}`)
}
