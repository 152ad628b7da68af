// A node key that signs what a gateway signs, and a record of it as the registry would hold it, for tests.
import {
  type Deployment,
  type ExitPolicy,
  exitPolicyHash,
  nodeCommitment,
  nodeTypes,
  sessionsDomain,
  sessionsTypes,
} from '@x4pn/contracts'
import type { JoinResponse, LeaveResponse, NodeInfo, Usage } from '@x4pn/gateway-api'
import { type Hash, type Hex, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { type Network, sessionsContext } from '../network.ts'
import type { StreamIdentity } from '../records.ts'
import type { ListedNode } from '../registry.ts'

const nowhere: Deployment = {
  chainId: 31337,
  sessions: '0x1111111111111111111111111111111111111111',
  registry: '0x2222222222222222222222222222222222222222',
  token: '0x3333333333333333333333333333333333333333',
  decimals: 6,
  x4pn: '0x4444444444444444444444444444444444444444',
  rewards: '0x5555555555555555555555555555555555555555',
  authority: '0x6666666666666666666666666666666666666666',
  startBlock: 0,
}

/** No chain is there. */
export const network: Network = {
  chainId: 31337,
  rpcUrls: ['http://127.0.0.1:1'],
  subgraphUrls: [],
  deployment: nowhere,
}

/** Unix milliseconds of the tests that fix the clock. */
export const NOW = 1_800_000_000_000

const WIREGUARD_KEY: Hash = `0x${'ab'.repeat(32)}`
const EXIT_POLICY: ExitPolicy = {
  blocked4: ['10.0.0.0/8'],
  blocked6: ['fc00::/7'],
  protocols: ['tcp', 'udp'],
  allowedTcpPorts: [],
  allowedUdpPorts: [],
  blockedTcpPorts: ['25'],
  blockedUdpPorts: [],
}

export function fakeNode(apiUrl = 'https://node.example:8443', deployment = nowhere) {
  const account = privateKeyToAccount(generatePrivateKey())
  const domain = sessionsDomain(sessionsContext(deployment))

  const listed: ListedNode = {
    node: account.address,
    operator: zeroAddress,
    payout: zeroAddress,
    pricePerGiB: 50_000n,
    pricePerHour: 10_000n,
    country: 'DE',
    commitment: nodeCommitment(WIREGUARD_KEY, exitPolicyHash(EXIT_POLICY)),
    apiUrl,
    metadataCid: undefined,
    retired: false,
  }

  const statement: Omit<NodeInfo, 'signature'> = {
    node: account.address,
    chainId: deployment.chainId,
    sessions: deployment.sessions,
    registry: deployment.registry,
    apiUrl,
    wireguardKey: WIREGUARD_KEY,
    wireguardEndpoint: '203.0.113.7:51820',
    pricePerGiB: '50000',
    pricePerHour: '10000',
    allowance: '782',
    minimumDeposit: '10000',
    relayFee: '0',
    exitPolicyHash: exitPolicyHash(EXIT_POLICY),
    exitPolicy: EXIT_POLICY,
    expiry: NOW / 1000 + 3600,
    simulated: false,
  }

  /** A statement with some fields changed, and signed as changed. */
  async function info(changes: Partial<NodeInfo> = {}): Promise<NodeInfo> {
    const all = { ...statement, ...changes }
    const signature = await account.signTypedData({
      domain,
      types: nodeTypes,
      primaryType: 'NodeStatement',
      message: {
        ...all,
        pricePerGiB: BigInt(all.pricePerGiB),
        pricePerHour: BigInt(all.pricePerHour),
        allowance: BigInt(all.allowance),
        minimumDeposit: BigInt(all.minimumDeposit),
        relayFee: BigInt(all.relayFee),
      },
    })
    return { ...all, signature: changes.signature ?? signature }
  }

  async function joined(stream: StreamIdentity, wireguardKey: Hex): Promise<JoinResponse> {
    const [address4, address6] = ['100.64.3.9', 'fd00:4::1f']
    const signedAt = NOW / 1000
    const signature = await account.signTypedData({
      domain,
      types: nodeTypes,
      primaryType: 'Assignment',
      message: { stream: stream.stream, wireguardKey, address4, address6, signedAt },
    })
    return {
      stream: stream.stream,
      wireguard: {
        address4: `${address4}/32`,
        address6: `${address6}/128`,
        serverKey: WIREGUARD_KEY,
        endpoint: statement.wireguardEndpoint,
        allowedIps: ['0.0.0.0/0', '::/0'],
        dns: [],
        mtu: 1420,
        persistentKeepalive: 25,
      },
      assignment: { signedAt, signature },
      terms: { pricePerGiB: statement.pricePerGiB, allowance: statement.allowance },
      token: 'token',
      usage: usageOf(stream.stream),
      simulated: false,
    }
  }

  async function left(stream: StreamIdentity): Promise<LeaveResponse> {
    const signedAt = NOW / 1000
    const counters = { stream: stream.stream, usedBytes: 1_000_000n, owed: 47n, lastHandshake: signedAt - 9, signedAt }
    const release = { maxClaim: 47n, deposit: 1_000_000n, deadline: signedAt + 540 }
    const { user, node, sessionKey } = stream
    const [countersSignature, releaseSignature] = await Promise.all([
      account.signTypedData({ domain, types: nodeTypes, primaryType: 'Counters', message: counters }),
      account.signTypedData({
        domain,
        types: sessionsTypes,
        primaryType: 'Release',
        message: { user, node, sessionKey, ...release },
      }),
    ])
    return {
      counters: { ...counters, usedBytes: '1000000', owed: '47', signature: countersSignature },
      release: { ...release, maxClaim: '47', deposit: '1000000', signature: releaseSignature },
    }
  }

  return { account, listed, info, joined, left }
}

export function usageOf(stream: Hash, changes: Partial<Usage> = {}): Usage {
  return {
    stream,
    usedBytes: '0',
    owed: '0',
    claimed: '0',
    deposit: '1000000',
    creditBytes: '16777216',
    served: true,
    lastHandshake: 0,
    at: NOW,
    ...changes,
  }
}
