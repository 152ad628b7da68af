// `npm run bench -- <what>`: measurements, each figure beside its reference in the same run.
import { parseArgs } from 'node:util'
import { benchGateway } from './gateway/bench-gateway.ts'
import { benchTunnel } from './tunnel/tunnel.ts'

const benches: Record<string, (options: { json: boolean }) => Promise<number>> = {
  gateway: benchGateway,
  tunnel: benchTunnel,
}

/** @returns the exit code. */
export async function bench(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const run = benches[positionals[0] ?? '']
  if (!run) throw new Error(`There is no bench ${positionals[0]}. Use ${Object.keys(benches).join(' or ')}.`)
  return run(values)
}
