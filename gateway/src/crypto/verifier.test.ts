// Verified in a crowd or alone, with the thread or without it: the answer is the library's.
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { hexToBytes } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, onTestFinished, test } from 'vitest'
import { bytes, privateKey } from '../testing/arbitraries.ts'
import { curve } from './curve.ts'
import { CrowdVerifier } from './verifier.ts'

type Job = readonly [hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array]

/** Signed, or with a byte changed somewhere, or no signature and no key at all. */
const job: fc.Arbitrary<Job> = fc
  .tuple(privateKey, bytes(32), fc.integer({ min: 0, max: 640 }), fc.boolean())
  .map(([key, hash, at, flawed]) => {
    const { signature } = curve.sign(hexToBytes(hash), hexToBytes(key))
    const whole = Buffer.concat([hexToBytes(hash), signature, hexToBytes(privateKeyToAccount(key).publicKey)])
    if (flawed && at < whole.length) whole[at] = (whole[at] ?? 0) ^ 1
    if (flawed && at >= 600) whole.fill(0xff)
    return [whole.subarray(0, 32), whole.subarray(32, 96), whole.subarray(96)]
  })

const crowd = (count: number): Job[] => fc.sample(job, { numRuns: count, seed: 7 })
const ask = (verifier: CrowdVerifier, jobs: readonly Job[]) => Promise.all(jobs.map((each) => verifier.verify(...each)))
const expected = (jobs: readonly Job[]) => jobs.map((each) => curve.verify(...each))

/** @param program Of the thread; the real one when undefined. */
function verifierWith(program?: string) {
  const lost: string[] = []
  const threads: Worker[] = []
  const start = () => {
    const thread = program
      ? new Worker(program, { eval: true })
      : new Worker(new URL('./verifier-thread.mjs', import.meta.url), { execArgv: [] })
    threads.push(thread)
    return thread
  }
  const verifier = new CrowdVerifier(({ message }) => lost.push(message), start)
  onTestFinished(() => verifier.stop())
  return { verifier, lost, threads }
}

test('pitfall 36: each of any crowd gets the answer for its own signature', async () => {
  const { verifier, lost, threads } = verifierWith()
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 90 }), async (jobs) => {
      expect(await ask(verifier, jobs)).toEqual(expected(jobs))
    }),
    { numRuns: 15 },
  )
  expect(threads).toHaveLength(1)
  expect(lost).toEqual([])
})

test('a crowd that keeps coming is answered whole', async () => {
  const { verifier } = verifierWith()
  const jobs = crowd(60)
  const answers: Promise<boolean[]>[] = []
  for (let turn = 0; turn < 20; turn++) {
    answers.push(ask(verifier, jobs.slice(0, 5 * (turn % 12))))
    await setImmediate()
  }
  for (const [turn, answer] of answers.entries()) expect(await answer).toEqual(expected(jobs.slice(0, 5 * (turn % 12))))
})

test('one or two at a time start no thread', async () => {
  const { verifier, threads } = verifierWith()
  for (const each of crowd(6)) expect(await ask(verifier, [each, each])).toEqual(expected([each, each]))
  expect(threads).toEqual([])
})

test.each([
  ['throws', 'throw new Error("broken")', 'broken'],
  ['ends', 'process.exit(3)', 'the thread ended with 3'],
  ['ends at its first message', 'require("worker_threads").parentPort.once("message", () => process.exit(4))', /4/],
])('a thread that %s costs no answer, and there is no other', async (_, program, why) => {
  const { verifier, lost, threads } = verifierWith(program)
  const jobs = crowd(50)
  for (let again = 0; again < 3; again++) expect(await ask(verifier, jobs)).toEqual(expected(jobs))
  expect(threads).toHaveLength(1)
  expect(lost).toEqual([expect.stringMatching(why)])
})

test('where no thread can be started, everything is verified without one', async () => {
  const lost: string[] = []
  const verifier = new CrowdVerifier(
    ({ message }) => lost.push(message),
    () => {
      throw new Error('no memory')
    },
  )
  const jobs = crowd(20)
  for (let again = 0; again < 2; again++) expect(await ask(verifier, jobs)).toEqual(expected(jobs))
  expect(lost).toEqual(['no memory'])
})

test('what waits when it is stopped is still answered', async () => {
  const { verifier, lost } = verifierWith()
  const jobs = crowd(90)
  const answers = ask(verifier, jobs)
  await setImmediate()
  await verifier.stop()
  expect(await answers).toEqual(expected(jobs))
  expect(await ask(verifier, jobs)).toEqual(expected(jobs))
  expect(lost).toEqual([])
})
