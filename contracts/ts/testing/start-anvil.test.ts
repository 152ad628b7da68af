// The chain of the tests leaves nothing on the machine, however it ends.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestClient, http } from 'viem'
import { foundry } from 'viem/chains'
import { expect, test, vi } from 'vitest'
import { startAnvil } from './start-anvil.ts'

/** More than anvil keeps in memory. */
const BLOCKS = 1_000

test('no state is written into the home folder, of however many blocks', async () => {
  const home = mkdtempSync(join(tmpdir(), 'x4pn-home-'))
  vi.stubEnv('HOME', home)
  const anvil = await startAnvil()
  try {
    const client = createTestClient({ chain: foundry, mode: 'anvil', transport: http(anvil.url) })
    await client.mine({ blocks: BLOCKS })
    const written = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(written).toEqual([])
  } finally {
    anvil.stop()
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true, force: true })
  }
})
