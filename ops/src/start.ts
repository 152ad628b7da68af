// `npm start`: the local network and the demo; then it stays up, or with --once stops everything.
import type { TestDeployment } from '@x4pn/contracts/testing'
import { createScreen, type Screen } from './cli/screen.ts'
import { exitCodeOf, untilSignal } from './cli/until-signal.ts'
import { type DemoResult, renderResult } from './demo/result.ts'
import { runDemo } from './demo/run.ts'
import { Cleanup } from './local/cleanup.ts'
import { createLog } from './local/log.ts'
import * as local from './local/network.ts'
import { startSite } from './local/site.ts'
import { networkObstacle } from './local/tunnel-ability.ts'
import { logFile } from './paths.ts'
import { sleep } from './wait.ts'

/** Milliseconds. */
const NOTICE_TIME = 5_000

export type StartOptions = { once: boolean; json: boolean }

/** @returns the exit code. */
export async function start({ once, json }: StartOptions): Promise<number> {
  const screen = createScreen(json ? process.stderr : process.stdout)
  const file = logFile(`start-${process.pid}`)
  const log = createLog(file)
  const cleanup = new Cleanup(log)
  const interrupted = untilSignal(screen)
  screen.line(screen.colour('bold', 'X4PN local network'))
  const work = demo({ screen, log, cleanup, stay: !once })
  try {
    const outcome = await Promise.race([work, interrupted])
    if (typeof outcome !== 'string') {
      if (json) process.stdout.write(`${JSON.stringify(outcome.result)}\n`)
      report(screen, outcome)
      if (once) return 0
      screen.line(`\n${outcome.addresses.map((line) => `  ${line}`).join('\n')}\n  log           ${file}`)
      screen.line('\nUp. Ctrl-C stops everything.')
    }
    const signal = await interrupted
    screen.interrupt(`${signal}: stopping everything …`)
    return exitCodeOf(signal)
  } catch (error) {
    log(`failed: ${error instanceof Error ? error.stack : error}`)
    screen.line(`\n${screen.colour('red', 'Failed.')} The log: ${file}`)
    return 1
  } finally {
    await cleanup.run()
    // Whatever was still being started notices soon, and is ended too. What waits for a chain that is gone may not.
    await Promise.race([work.catch(() => {}), sleep(NOTICE_TIME)])
    await cleanup.run()
    screen.line('Everything is stopped.')
  }
}

type Outcome = { result: DemoResult; addresses: string[] }

type Run = {
  screen: Screen
  log: (line: string) => void
  cleanup: Cleanup
  /** What only a person needs, who stays: the dapp, and a second node to choose from. */
  stay: boolean
}

async function demo({ screen, log, cleanup, stay }: Run): Promise<Outcome> {
  const obstacle = await networkObstacle()
  if (obstacle) {
    screen.line(
      screen.colour(
        'yellow',
        `  No real tunnel here (${obstacle}): the tunnel is SIMULATED: no traffic passes, bytes and what they cost are made up.`,
      ),
    )
  }
  const base = await screen.step('setup', async (say) => {
    const prepared = await local.prepareHosts(obstacle, log, cleanup)
    const { number } = prepared.slot
    say(
      obstacle
        ? `no hosts: everything on loopback, in place x4pn${number}-`
        : `hosts ${Object.values(prepared.slot.namespaces).join(', ')}`,
    )
    return prepared
  })
  const chain = await screen.step('chain', async (say) => {
    const started = await local.startLocalChain(base)
    say(`anvil, one-second blocks, ${started.rpcUrl}`)
    return started
  })
  const deployment = await screen.step('deploy', async (say) => {
    const deployed = await local.deployContracts(chain)
    say(`sessions ${deployed.sessions}`)
    return deployed
  })
  const { queryUrl } = await screen.step('subgraph', async (say) => {
    const index = await local.startIndex(base, chain, deployment)
    say(index.queryUrl)
    return index
  })
  const { gateway, client } = await screen.step('gateway', async (say) => {
    const serverUrl = await local.startInternetServer(base)
    const started = await local.startGateway(local.gatewayOptions(base, chain, deployment))
    say(`${started.apiUrl}, node ${started.node}`)
    return { gateway: started, client: local.startUser(base, chain, { deployment, queryUrl, serverUrl, role: 'user' }) }
  })
  const result = await runDemo({ base, chain, deployment, queryUrl, gateway, client, screen })
  const dapp = stay ? await addDapp({ screen, base, chain, deployment, queryUrl }) : []
  const addresses = [
    ...dapp,
    `chain         ${chain.rpcUrl}  (chain id ${deployment.chainId})`,
    `subgraph      ${queryUrl}`,
    `gateway       ${gateway.apiUrl}/v1/info`,
    `sessions      ${deployment.sessions}`,
    `registry      ${deployment.registry}`,
    `test USDC     ${deployment.token}`,
  ]
  return { result, addresses }
}

type DappOptions = {
  screen: Screen
  base: local.Base
  chain: local.Chain
  deployment: TestDeployment
  queryUrl: string
}

/** A second operator's node, and the dapp. @returns what to say of the dapp. */
async function addDapp({ screen, base, chain, deployment, queryUrl }: DappOptions): Promise<string[]> {
  await screen.step('secondNode', async (say) => {
    const { apiUrl, node } = await local.startGateway(local.gatewayOptions(base, chain, deployment, 'second'))
    say(`${apiUrl}, node ${node}`)
  })
  const site = await screen.step('dapp', async (say) => {
    // Only now: the builder is heavy, and a run with --once does without it.
    const { buildSite } = await import('@x4pn/dapp/build')
    const network = local.networkRecord(deployment, chain.rpcUrl, queryUrl)
    const started = await startSite(base, await buildSite(), { network })
    say(started.cid)
    return started
  })
  return [`open this     ${site.home}  (the dapp, with a test wallet that holds 100 test USDC)`]
}

function report(screen: Screen, { result }: Outcome): void {
  screen.line()
  for (const line of renderResult(result)) screen.line(line)
  screen.line()
  screen.line(
    result.simulated
      ? screen.colour('yellow', 'Done, with a SIMULATED tunnel: no traffic passed.')
      : screen.colour('green', 'Done: paid, settled, refunded, indexed.'),
  )
}
