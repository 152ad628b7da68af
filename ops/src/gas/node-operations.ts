// What nodes and operators do: settling in batches of all sizes beside the floor, releasing, booking, being paid,
// and the registry.
import { packReleaseItems, packSettleItems, registryTypes, signReceipt, streamId } from '@x4pn/contracts'
import { type Hex, keccak256, type PrivateKeyAccount, toHex } from 'viem'
import { accountNamed, actors, type Bench, type Record } from './bench.ts'

const BATCH_SIZES = [1, 10, 100, 500] as const
/** As many streams as the largest batch of `release` and the smaller ones together. */
const RELEASE_SIZES = [1, 10, 100] as const

const DEPOSIT = 100_000_000n
/** What each receipt claims above the one before: more than a lease accrues in a run. */
const STEP = 1_234_567n
/** 10 USDC an hour, as a lease of a day that began a while ago. */
const RATE = 2_777_777_777_777_777n
const DAY = 86_400
const EPOCH = 7 * DAY
const { user, relayer, operator, heir, node, successor, payout } = actors
const NODE = node.address

export async function weighNodeOperations(bench: Bench, record: Record): Promise<void> {
  const streams = await openStreams(bench, Math.max(...BATCH_SIZES), 'stream')
  await weighSettling(bench, record, streams)
  await weighReleasing(bench, record)
  await weighRegistry(bench, record)
  await weighIncome(bench, record, streams)
  await weighSuccession(bench, record)
}

async function openStreams({ contracts, send }: Bench, count: number, name: string): Promise<PrivateKeyAccount[]> {
  const keys = Array.from({ length: count }, (_, index) => accountNamed(`${name} ${index}`))
  await send(user, contracts.sessions, 'deposit', [DEPOSIT * BigInt(count)])
  for (const { address } of keys) await send(user, contracts.sessions, 'openFromBalance', [NODE, address, DEPOSIT])
  return keys
}

/** The first settlement of an epoch, a later one, one of leases, and the floor's, of each size. */
async function weighSettling(bench: Bench, record: Record, streams: PrivateKeyAccount[]): Promise<void> {
  const { contracts, send, advance } = bench
  const addresses = streams.map(({ address }) => address)
  await send(user, contracts.floor, 'fund', [user.address, NODE, addresses, DEPOSIT])
  const onFloorSettled = streams.map(() => 0n)
  let cumulative = 0n
  const settle = async (size: number, lease = false, onFloor = false) => {
    cumulative += STEP
    const items = await packBatch(bench, streams.slice(0, size), cumulative, lease)
    const gas = await send(relayer, contracts.sessions, 'settle', [NODE, items])
    for (const key of streams.slice(0, size)) await requireSettled(bench, key, cumulative)
    if (!onFloor) return { gas, floor: 0 }
    onFloorSettled.fill(cumulative, 0, size)
    return { gas, floor: await send(relayer, contracts.floor, 'settle', [NODE, items]) }
  }
  // Whatever is stored for the first time is stored now.
  await settle(1, false, true)
  for (const size of BATCH_SIZES) {
    await advance(EPOCH)
    record(`settle N=${size}, first of an epoch`, (await settle(size)).gas, size)
    const { gas, floor } = await settle(size, false, true)
    record(`settle N=${size}`, gas, size)
    record(`settle N=${size}, leases`, (await settle(size, true)).gas, size)
    record(`settle N=${size}, floor`, floor, size)
  }
  const credited = await bench.client.readContract({ ...contracts.floor, functionName: 'credited', args: [NODE] })
  const expected = onFloorSettled.reduce((sum, settled) => sum + settled, 0n)
  if (credited !== expected) throw new Error(`the floor credited ${credited}, not ${expected}: it is no measure`)
}

/** A skipped item costs less: what is weighed must have paid. */
async function requireSettled({ client, contracts }: Bench, key: PrivateKeyAccount, atLeast: bigint): Promise<void> {
  const id = streamId({ user: user.address, node: NODE, sessionKey: key.address })
  const { settled } = await client.readContract({ ...contracts.sessions, functionName: 'stream', args: [id] })
  if (settled < atLeast) throw new Error(`stream ${id} settled ${settled}, not ${atLeast}: its item was skipped`)
}

async function packBatch(bench: Bench, keys: PrivateKeyAccount[], cumulative: bigint, lease: boolean): Promise<Hex> {
  const time = await bench.now()
  const terms = lease ? { rate: RATE, start: time - 60, until: time + DAY } : { rate: 0n, start: 0, until: 0 }
  const claim = { user: user.address, node: NODE, cumulative, ...terms }
  return packSettleItems(await Promise.all(keys.map((key) => signReceipt(key, bench.context, claim))))
}

async function weighReleasing(bench: Bench, record: Record): Promise<void> {
  for (const size of RELEASE_SIZES) {
    const keys = await openStreams(bench, size, `released in ${size}`)
    const claim = { user: user.address, node: NODE, cumulative: STEP, rate: 0n, start: 0, until: 0 }
    const items = await Promise.all(
      keys.map(async (key) => ({
        user: user.address,
        sessionKey: key.address,
        receipt: await signReceipt(key, bench.context, claim),
      })),
    )
    record(
      `release N=${size}`,
      await bench.send(node, bench.contracts.sessions, 'release', [packReleaseItems(items)]),
      size,
    )
  }
}

const params = {
  payout: payout.address,
  pricePerGiB: 50_000n,
  pricePerHour: 20_000n,
  country: toHex('DE'),
  flags: 0,
  commitment: keccak256(toHex('commitment')),
  apiUrl: 'https://node.example:8443',
  metadataCid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
} as const

async function consentOf({ domains, now }: Bench, key: PrivateKeyAccount, by: PrivateKeyAccount) {
  const deadline = (await now()) + DAY
  const consent = await key.signTypedData({
    domain: domains.registry,
    types: registryTypes,
    primaryType: 'NodeConsent',
    message: { node: key.address, operator: by.address, deadline },
  })
  return { deadline, consent }
}

async function weighRegistry(bench: Bench, record: Record): Promise<void> {
  const { contracts, send } = bench
  const { registry } = contracts
  const { deadline, consent } = await consentOf(bench, node, operator)
  record('register', await send(operator, registry, 'register', [NODE, params, deadline, consent]))
  const dearer = { ...params, pricePerGiB: 60_000n, pricePerHour: 25_000n }
  record('update of prices', await send(operator, registry, 'update', [NODE, dearer]))
  record('setPayout', await send(operator, registry, 'setPayout', [NODE, operator.address]))
  await send(operator, registry, 'setPayout', [NODE, payout.address])
  record('heartbeat', await send(node, registry, 'heartbeat', []))
}

async function weighIncome(bench: Bench, record: Record, streams: PrivateKeyAccount[]): Promise<void> {
  const { contracts, send, advance } = bench
  const { sessions } = contracts
  await advance(EPOCH)
  record('book', await send(relayer, sessions, 'book', [NODE]))
  record('payOut', await send(relayer, sessions, 'payOut', [NODE]))
  record('payTreasury', await send(relayer, sessions, 'payTreasury', []))
  const items = await packBatch(bench, streams.slice(0, 1), DEPOSIT, false)
  record('settle N=1, after a payOut', await send(relayer, sessions, 'settle', [NODE, items]))
}

async function weighSuccession(bench: Bench, record: Record): Promise<void> {
  const { registry } = bench.contracts
  record('transferOperator', await bench.send(operator, registry, 'transferOperator', [NODE, heir.address]))
  record('acceptOperator', await bench.send(heir, registry, 'acceptOperator', [NODE]))
  const { deadline, consent } = await consentOf(bench, successor, heir)
  record('succeed', await bench.send(heir, registry, 'succeed', [NODE, successor.address, deadline, consent]))
}
