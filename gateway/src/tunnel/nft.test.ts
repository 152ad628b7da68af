// The nft that stays is replaced by another before what it was told makes it slow.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLog } from '../log.ts'
import { launcher } from './launcher.ts'
import { LONGEST_CONVERSATION, Nft } from './nft.ts'
import { NftConversation } from './nft-conversation.ts'

const conversation = await NftConversation.start()
conversation?.close()

afterEach(() => vi.restoreAllMocks())

/** One that has listed a short table. Nothing of this machine's is touched: that list is answered by hand. */
async function begun() {
  const start = vi.spyOn(NftConversation, 'start')
  const program = vi.spyOn(launcher, 'run').mockResolvedValue('{"nftables": []}')
  const nft = new Nft(createLog('silent'))
  await nft.readCounters('x4pn_none')
  return { nft, start, program }
}

/** Answered, with an error: there is no such table. */
const ask = (nft: Nft) => expect(nft.change('list table inet x4pn_none')).rejects.toThrow(/No such file|not permitted/)

describe.skipIf(!conversation)('after a thousand questions', () => {
  test('another one is begun', async () => {
    const { nft, start, program } = await begun()
    for (let question = 0; question <= LONGEST_CONVERSATION; question++) await ask(nft)
    expect(start).toHaveBeenCalledTimes(2)
    expect(program).toHaveBeenCalledTimes(1)
    await nft.stop()
  })

  test('where none can be begun the old one goes on, and that is not tried again at once', async () => {
    const { nft, start, program } = await begun()
    await ask(nft)
    start.mockResolvedValueOnce(undefined)
    for (let question = 0; question <= LONGEST_CONVERSATION; question++) await ask(nft)
    expect(start).toHaveBeenCalledTimes(2)
    expect(program).toHaveBeenCalledTimes(1)
    await nft.stop()
  })
})
