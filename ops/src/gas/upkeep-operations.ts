// What anyone may do, done by the upkeep in one transaction: an epoch rolled, nodes' fees booked, their income paid out.
import { packSettleItems, registryTypes, signReceipt, x4pnUpkeepAbi } from '@x4pn/contracts'
import { deployPeriphery } from '@x4pn/contracts/testing'
import { decodeAbiParameters, encodeAbiParameters, type Hex, keccak256, toHex } from 'viem'
import { accountNamed, actors, type Bench, type Record } from './bench.ts'

/** As many as one upkeep takes: each is two calls of at most 40, and one is the roll. */
const NODES = 19
const CLAIM = 10_000_000n
const DAY = 86_400
const EPOCH = 7 * DAY
const { user, relayer, operator } = actors

const pageType = [
  {
    type: 'tuple',
    components: [
      { name: 'offset', type: 'uint256' },
      { name: 'limit', type: 'uint256' },
      { name: 'minPayout', type: 'uint256' },
      { name: 'minFees', type: 'uint256' },
    ],
  },
] as const

export async function weighUpkeep(bench: Bench, record: Record): Promise<void> {
  const { client, deployer, deployment, send, advance } = bench
  const { upkeep: address } = await deployPeriphery(deployer, deployment, { rewards: deployment.rewards })
  if (!address) throw new Error('the upkeep was not deployed')
  const upkeep = { address, abi: x4pnUpkeepAbi } as const
  const offset = await client.readContract({ ...bench.contracts.registry, functionName: 'nodeCount' })
  const page = (limit: number) =>
    encodeAbiParameters(pageType, [{ offset, limit: BigInt(limit), minPayout: CLAIM / 2n, minFees: 1n }])
  const check = async (limit: number) => {
    const { result } = await client.simulateContract({ ...upkeep, functionName: 'checkUpkeep', args: [page(limit)] })
    return result[1]
  }
  // What earlier epochs left to roll and to pay to the treasury.
  await send(relayer, upkeep, 'performUpkeep', [await check(0)])
  for (let index = 0; index < NODES; index++) await earn(bench, `upkept node ${index}`)
  await advance(EPOCH)
  const work = await check(100)
  const calls = countCalls(work)
  if (calls !== 2 * NODES + 1) throw new Error(`the upkeep proposes ${calls} calls, not ${2 * NODES + 1}`)
  record(`upkeep: a roll, ${NODES} book, ${NODES} payOut`, await send(relayer, upkeep, 'performUpkeep', [work]), calls)
}

async function earn({ contracts, context, domains, send, now }: Bench, name: string): Promise<void> {
  const node = accountNamed(name)
  const key = accountNamed(`session key at ${name}`)
  const message = { node: node.address, operator: operator.address, deadline: (await now()) + DAY }
  const domain = domains.registry
  const consent = await node.signTypedData({ domain, types: registryTypes, primaryType: 'NodeConsent', message })
  const params = {
    ...{ payout: accountNamed(`payout of ${name}`).address, pricePerGiB: 50_000n, pricePerHour: 20_000n, flags: 0 },
    ...{ country: toHex('DE'), commitment: keccak256(toHex(name)), apiUrl: 'https://node.example', metadataCid: '' },
  }
  await send(operator, contracts.registry, 'register', [node.address, params, message.deadline, consent])
  await send(user, contracts.sessions, 'open', [node.address, key.address, CLAIM])
  const claim = { user: user.address, node: node.address, cumulative: CLAIM, rate: 0n, start: 0, until: 0 }
  const items = packSettleItems([await signReceipt(key, context, claim)])
  await send(relayer, contracts.sessions, 'settle', [node.address, items])
}

function countCalls(work: Hex): number {
  const [{ epochs, book, payOut }] = decodeAbiParameters(workType, work)
  return epochs.length + book.length + payOut.length
}

const workType = [
  {
    type: 'tuple',
    components: [
      { name: 'epochs', type: 'uint256[]' },
      { name: 'book', type: 'address[]' },
      { name: 'payOut', type: 'address[]' },
      { name: 'payTreasury', type: 'bool' },
    ],
  },
] as const
