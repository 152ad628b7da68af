// The demo as one command, by its JSON.
import { expect, test } from 'vitest'
import { type DemoResult, demoSteps } from '../demo/result.ts'
import { runStart } from './run.ts'

const MIB = 2 ** 20

test('npm start -- --once --json: a paid session through a real tunnel, to the unit', async () => {
  const run = await runStart({ args: ['--once', '--json'] })
  expect(await run.exitCode, run.output()).toBe(0)
  const result = JSON.parse(run.stdout()) as DemoResult
  expect(result.steps.map(({ name }) => name)).toEqual([...demoSteps])
  expect(result.steps.every(({ milliseconds }) => Number.isInteger(milliseconds) && milliseconds >= 0)).toBe(true)
  expect(result.steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBeGreaterThan(10_000)
  expect(result.simulated).toBe(false)
  expect(result.bytes.client).toBeGreaterThan(128 * MIB)
  const client = result.bytes.client ?? 0
  expect(Math.abs(result.bytes.gateway - client) / client).toBeLessThan(0.01)
  expect(result.paid.onChain).toBe(result.paid.receipts)
  expect(result.paid.inSubgraph).toBe(result.paid.receipts)
  expect(BigInt(result.paid.onChain)).toBeGreaterThan(0n)
  expect(BigInt(result.paid.onChain) + BigInt(result.refund)).toBe(BigInt(result.deposit))
  expect(result.beyondCredit.cut).toBeLessThanOrEqual(MIB)
  expect(result.beyondCredit.killed).toBeLessThanOrEqual(MIB)
  expect(result.throughputMbit).toBeGreaterThan(0)
  expect(result.throughputBareMbit).toBeGreaterThan(0)
  expect(await run.leftovers()).toEqual([])
})
