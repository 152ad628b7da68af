// `x4pn-gateway doctor`: looks at everything that a node needs, and says of what is wrong how to mend it.
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { deriveKeys } from '../keys.ts'
import { bond, clockCheck, contracts, gas, registration, rpc } from './chain.ts'
import { broken, type Check, type Finding } from './check.ts'
import { disk, dns, forwarding, programs, rights, tunnel } from './machine.ts'
import { apiPort, noticePort, wireguardPort } from './ports.ts'

/** What others hang on comes first. */
const checks: readonly Check[] = [
  programs,
  rights,
  tunnel,
  forwarding,
  dns,
  disk,
  clockCheck,
  rpc,
  contracts,
  apiPort,
  wireguardPort,
  noticePort,
  registration,
  gas,
  bond,
]

export type Report = { name: string } & Finding

/** @param seen Told of each one as soon as it is there. */
export async function examine(config: Config, clock: Clock, seen: (report: Report) => void): Promise<Report[]> {
  const context = { config, keys: deriveKeys(config.nodeKey), clock }
  const reports: Report[] = []
  for (const { name, look } of checks) {
    const finding = await look(context).catch((error: unknown) =>
      broken(
        String(error instanceof Error ? error.message.split('\n')[0] : error),
        'report this: the check itself failed',
      ),
    )
    const report = { name, ...finding }
    reports.push(report)
    seen(report)
  }
  return reports
}

/** As a person reads it. */
export function lineOf(report: Report, colour: boolean): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const sign = { ok: paint(32, '✓'), warning: paint(33, '!'), broken: paint(31, '✗') }[report.level]
  const line = `${sign} ${report.name.padEnd(16)} ${report.found}`
  return report.level === 'ok' ? line : `${line}\n  ${' '.repeat(16)} → ${report.mend}`
}
