// The nft that stays is replaced by another before what it was told makes it slow.
import { execFileSync } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { createLog } from '../log.ts'
import { launcher } from './launcher.ts'
import { LONGEST_CONVERSATION, Nft } from './nft.ts'
import { NftConversation } from './nft-conversation.ts'

const works = () => {
  try {
    execFileSync('nft', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.skipIf(!works())('another one is begun after a thousand questions, and no answer is lost', async () => {
  const start = vi.spyOn(NftConversation, 'start')
  // A short table, and nothing of this machine's is touched: nothing but the first list is answered by hand.
  const program = vi.spyOn(launcher, 'run').mockResolvedValue('{"nftables": []}')
  const nft = new Nft(createLog('silent'))
  await nft.readCounters('x4pn_none')
  const answers = []
  for (let question = 0; question <= LONGEST_CONVERSATION; question++) {
    answers.push(await nft.change('list table inet x4pn_none').catch((error: unknown) => String(error)))
  }
  await nft.stop()
  expect(answers.filter((answer) => !/No such file|not permitted/.test(answer ?? ''))).toEqual([])
  expect(program).toHaveBeenCalledTimes(1)
  expect(start).toHaveBeenCalledTimes(2)
})
