// Opens streams for many wallets and joins with each from an address of its own; then it has done its part.
// Run inside the network's middle. Usage: crowd.ts <JSON of CrowdSettings>
import * as engine from '@x4pn/client'
import { x4pnVpnSessionsAbi } from '@x4pn/contracts'
import { Agent, fetch as undiciFetch } from 'undici'
import { type Address, type Hash, parseAbi, parseGwei, toHex } from 'viem'
import { clientsFor } from '../../local/chain.ts'

export type CrowdSettings = { network: engine.Network; node: Address; size: number }

const { network, node, size } = JSON.parse(process.argv[2] ?? '') as CrowdSettings
const [rpcUrl = ''] = network.rpcUrls
const { token, sessions } = network.deployment
const { publicClient, testClient, walletClient } = clientsFor(rpcUrl, 'visitor')
const DEPOSIT = 1_000_000n
/** Full blocks make the next ones dearer. */
const FEES = { maxFeePerGas: parseGwei('1000'), maxPriorityFeePerGas: 1n }
const erc20 = parseAbi([
  'function mint(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
])
/** At once, towards chain and gateway. */
const AT_ONCE = 8

/** From 198.18.0.0/15, which is for benchmarks: every one is local here, and the way back from the node leads here. */
const addressOf = (index: number) => `198.18.${1 + (index >> 8)}.${index & 255}`
const walletOf = (index: number): Address => toHex(0x4000_0000 + index, { size: 20 })

async function forEach(work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < size) await work(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

const sent: Hash[] = []
const streams = Array.from({ length: size }, (_, index) =>
  engine.createStream(network, { user: walletOf(index), node }),
)
await forEach(async (index) => {
  const address = walletOf(index)
  await testClient.setBalance({ address, value: 10n ** 20n })
  await testClient.impersonateAccount({ address })
  const call = { address: token, abi: erc20, account: address, ...FEES } as const
  await walletClient.writeContract({ ...call, functionName: 'mint', args: [address, DEPOSIT] })
  sent.push(await walletClient.writeContract({ ...call, functionName: 'approve', args: [sessions, DEPOSIT] }))
})
await allMined()
await forEach(async (index) => {
  const { user, sessionKey } = streams[index] as engine.StreamRecord
  const args = [node, sessionKey, DEPOSIT] as const
  const call = { address: sessions, abi: x4pnVpnSessionsAbi, account: user, ...FEES } as const
  sent.push(await walletClient.writeContract({ ...call, functionName: 'open', args }))
})
await allMined()

const client = engine.publicClientFor(network)
const verified = await engine.verifyNode({ client, deployment: network.deployment, node })
await forEach(async (index) => {
  const dispatcher = new Agent({ localAddress: addressOf(index) })
  const fetch = ((url: string, init?: RequestInit) =>
    undiciFetch(url, {
      ...(init as Parameters<typeof undiciFetch>[1]),
      dispatcher,
    })) as unknown as typeof globalThis.fetch
  const gateway = engine.gatewayClient({ apiUrl: verified.listed.apiUrl, fetch })
  const keys = await engine.createWireguardKeys()
  await engine.join({ stream: streams[index] as engine.StreamRecord, node: verified, gateway, keys })
  await dispatcher.destroy()
})

/** A crowd's transactions fill several blocks. */
async function allMined(): Promise<void> {
  for (const hash of sent.splice(0)) await publicClient.waitForTransactionReceipt({ hash })
}
