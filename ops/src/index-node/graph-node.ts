// Runs a real graph-node (`gnd dev`) that indexes a deployment on a local chain.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Deployment } from '@x4pn/contracts'
import { assertPortFree } from '@x4pn/subgraph/ports'
import { type ProcessGroup, startProcessGroup } from '@x4pn/subgraph/process-group'
import { buildSubgraph } from './build.ts'
import { startIpfsAnswerer } from './ipfs-answerer.ts'
import { pointManifest } from './manifest.ts'
import { paths } from './paths.ts'
import { waitForBlock } from './wait-for-block.ts'

export type GraphNodePorts = {
  graphql: number
  admin: number
  /** Status of the indexing itself. */
  indexNode: number
  metrics: number
  /** The stand-in that graph-node asks instead of IPFS. */
  ipfs: number
}

export type GraphNodeOptions = {
  rpcUrl: string
  deployment: Deployment
  /** Of a database that no other chain was indexed into. */
  postgresUrl: string
  ports: GraphNodePorts
  /** A folder for this run is made in it and deleted on stop. */
  workDir: string
  log: (line: string) => void
  /** Aborts the start; what was started by then is ended. */
  signal?: AbortSignal
}

export type GraphNode = {
  queryUrl: string
  /** Settles when the graph-node ends, wanted or not. */
  exited: ProcessGroup['exited']
  /** Ends everything that was started and deletes what was written. May be called again. */
  stop: () => Promise<void>
}

const NETWORK = 'anvil'
const READY_TIMEOUT_MS = 60_000
/** Milliseconds between looks at the chain's head: less than a local block. */
const POLLING_INTERVAL = '200'

export async function startGraphNode(options: GraphNodeOptions): Promise<GraphNode> {
  const { rpcUrl, deployment, postgresUrl, ports, workDir, log } = options
  for (const [purpose, port] of Object.entries(ports)) await assertPortFree(port, `graph-node's ${purpose}`)
  const cleanUp = new AsyncDisposableStack()
  try {
    const built = await buildSubgraph(log, options.signal)
    options.signal?.throwIfAborted()
    await mkdir(workDir, { recursive: true })
    const folder = await mkdtemp(join(resolve(workDir), 'graph-node-'))
    cleanUp.defer(() => rm(folder, { recursive: true, force: true }))
    await cp(built, folder, { recursive: true })
    const manifest = join(folder, 'subgraph.yaml')
    await writeFile(manifest, pointManifest(await readFile(manifest, 'utf8'), { ...deployment, network: NETWORK }))

    const ipfs = await startIpfsAnswerer(ports.ipfs)
    cleanUp.defer(ipfs.stop)
    const failed = new AbortController()
    const graphNode = await startProcessGroup({
      command: join(paths.binaries, 'gnd'),
      args: [
        'dev',
        // The folder with the manifest is the build folder.
        `--manifests=${manifest}:.`,
        `--postgres-url=${postgresUrl}`,
        `--ethereum-rpc=${NETWORK}:${rpcUrl}`,
        `--ipfs=${ipfs.url}`,
        `--http-port=${ports.graphql}`,
        `--admin-port=${ports.admin}`,
        `--index-node-port=${ports.indexNode}`,
        `--metrics-port=${ports.metrics}`,
      ],
      cwd: folder,
      env: { ETHEREUM_POLLING_INTERVAL: POLLING_INTERVAL },
      log: (line) => {
        log(line)
        // A part that dies does not end gnd, which would then never answer.
        if (line.includes(' panicked at ')) failed.abort(new Error(`gnd dev panicked while starting: ${line}`))
      },
      stopSignal: 'SIGINT',
      graceMs: 2_000,
    })
    cleanUp.defer(graphNode.stop)

    const queryUrl = `http://127.0.0.1:${ports.graphql}/subgraphs/name/subgraph-0`
    void graphNode.exited.then(({ code, signal }) =>
      failed.abort(new Error(`gnd dev ended while starting (${signal ?? `exit code ${code}`}): see the log`)),
    )
    const given = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])])
    await waitForBlock(queryUrl, deployment.startBlock, READY_TIMEOUT_MS, given)
    let stopped: Promise<void> | undefined
    return {
      queryUrl,
      exited: graphNode.exited,
      stop: () => {
        stopped ??= cleanUp.disposeAsync()
        return stopped
      },
    }
  } catch (error) {
    await cleanUp.disposeAsync()
    throw error
  }
}
