// What operators do with X4PN: earning it epoch by epoch, posting it as a bond, answering a case, taking it out; and what
// governance does about a case. The node is the successor that the node operations have left.
import { packSettleItems, signReceipt } from '@x4pn/contracts'
import { accountNamed, actors, type Bench, type Record } from './bench.ts'

const DAY = 86_400
const EPOCH = 7 * DAY
/** Enough fees in an epoch for some X4PN. */
const STEP = 50_000_000n
const BOND = 40_000_000_000_000_000_000n
const CLAIMED_AT_ONCE = 10
const EVIDENCE = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'
const { user, relayer, heir, successor, payout, governor } = actors
const NODE = successor.address

export async function weighRewardOperations(bench: Bench, record: Record): Promise<void> {
  const epochs = await earn(bench, 3 + 2 * CLAIMED_AT_ONCE)
  await weighClaims(bench, record, epochs)
  await weighBond(bench, record)
  await weighCase(bench, record)
}

/** Fees booked in so many epochs, all of which have ended. */
async function earn({ contracts, context, client, send, advance }: Bench, count: number): Promise<bigint[]> {
  const { sessions } = contracts
  const key = accountNamed('session key of rewards')
  await send(user, sessions, 'open', [NODE, key.address, STEP * BigInt(count + 1)])
  const epochs: bigint[] = []
  for (let paid = 1; paid <= count + 1; paid++) {
    const claim = { user: user.address, node: NODE, cumulative: STEP * BigInt(paid), rate: 0n, start: 0, until: 0 }
    // Books what the one before it left.
    await send(relayer, sessions, 'settle', [NODE, packSettleItems([await signReceipt(key, context, claim)])])
    if (paid > 1) epochs.push(await client.readContract({ ...sessions, functionName: 'currentEpoch' }))
    await advance(EPOCH)
  }
  return epochs
}

async function weighClaims({ contracts, send }: Bench, record: Record, epochs: bigint[]): Promise<void> {
  const { rewards } = contracts
  const [first = 0n, second = 0n, third = 0n, ...rest] = epochs
  const rolled = rest.slice(0, CLAIMED_AT_ONCE)
  const notRolled = rest.slice(CLAIMED_AT_ONCE)
  record('roll', await send(relayer, rewards, 'roll', [first]))
  for (const epoch of [second, ...rolled]) await send(relayer, rewards, 'roll', [epoch])
  const claim = (list: bigint[]) => send(relayer, rewards, 'claim', [NODE, list])
  record('claim of the first X4PN there is', await claim([first]))
  record('claim', await claim([second]))
  record('claim, with the roll', await claim([third]))
  record(`claim of ${rolled.length} epochs`, await claim(rolled), rolled.length)
  record(`claim of ${notRolled.length} epochs, with their rolls`, await claim(notRolled), notRolled.length)
}

async function weighBond(bench: Bench, record: Record): Promise<void> {
  const { contracts, client, send, advance } = bench
  const { registry, x4pn } = contracts
  const earned = await client.readContract({ ...x4pn, functionName: 'balanceOf', args: [payout.address] })
  await send(payout, x4pn, 'transfer', [heir.address, earned])
  await send(heir, x4pn, 'approve', [registry.address, BOND * 3n])
  record('addBond, the first', await send(heir, registry, 'addBond', [NODE, BOND]))
  record('addBond', await send(heir, registry, 'addBond', [NODE, BOND]))
  record('startExit', await send(heir, registry, 'startExit', [NODE, BOND]))
  await advance(30 * DAY)
  record('finishExit', await send(heir, registry, 'finishExit', [NODE, heir.address]))
}

async function weighCase({ contracts, send, advance }: Bench, record: Record): Promise<void> {
  const { registry } = contracts
  record('openCase', await send(governor, registry, 'openCase', [NODE, BOND / 10n, EVIDENCE]))
  record('objectTo', await send(heir, registry, 'objectTo', [1n, EVIDENCE]))
  await advance(14 * DAY)
  record('executeCase', await send(governor, registry, 'executeCase', [1n]))
  await send(governor, registry, 'openCase', [NODE, BOND / 10n, EVIDENCE])
  record('dismissCase', await send(governor, registry, 'dismissCase', [2n]))
  await send(governor, registry, 'openCase', [NODE, BOND / 10n, EVIDENCE])
  await advance(14 * DAY)
  record('releaseLapsed', await send(relayer, registry, 'releaseLapsed', [3n]))
}
