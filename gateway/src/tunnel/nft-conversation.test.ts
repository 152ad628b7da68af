// The nft that stays: each answer belongs to its question, what fails changes nothing, and where it cannot be talked to,
// or ends, that is known. Each has a network namespace of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../testing/test-gateway.ts'
import { NftConversation } from './nft-conversation.ts'

const NFT = ['unshare', '-n', 'nft', '-j', '-i'] as const
const shell = (script: string) => ['sh', '-c', script] as const

async function converse(command: readonly [string, ...string[]] = NFT): Promise<NftConversation> {
  const conversation = await NftConversation.start(command)
  if (!conversation) throw new Error('nft does not converse')
  onTestFinished(() => conversation.end())
  return conversation
}

/** Elements of a set of numbers. */
async function elements(conversation: NftConversation, set: string): Promise<number[]> {
  const { nftables } = JSON.parse(await conversation.say(`list set inet t ${set}`)) as {
    nftables: { set?: { elem?: number[] } }[]
  }
  return nftables.flatMap((object) => object.set?.elem ?? [])
}

test('pitfall 31: what is asked at once is answered in order, also after an error', async () => {
  const nft = await converse()
  const numbers = [0, 1, 2, 3, 4]
  const sets = numbers.map((number) => `add set inet t s${number} { type mark; elements = { ${number} }; }`)
  expect(await nft.say(['add table inet t', ...sets].join('; '))).toBe('')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.constantFrom(...numbers)), { maxLength: 20 }), async (asked) => {
      const ask = async (number: number | null) =>
        number === null ? nft.say('list set inet t none') : elements(nft, `s${number}`)
      const expected = asked.map((number) =>
        number === null
          ? { reason: { message: expect.stringContaining('Error: No such file or directory\nlist set inet t none\n') } }
          : { value: [number] },
      )
      expect(await Promise.allSettled(asked.map(ask))).toMatchObject(expected)
    }),
    { numRuns: 20 },
  )
})

test('a line is done as a whole or not at all, however long it is', async () => {
  const nft = await converse()
  await nft.say('add table inet t; add set inet t c { type mark; }')
  const many = Array.from({ length: 2_000 }, (_, index) => index)
  const line = many.map((each) => `add element inet t c { ${each} }`).join('; ')
  await expect(nft.say(`${line}; add chain inet u x`)).rejects.toThrow('Error: No such file or directory')
  expect(await elements(nft, 'c')).toEqual([])
  await nft.say(line)
  expect((await elements(nft, 'c')).toSorted((a, b) => a - b)).toEqual(many)
})

test.each([
  ['there is none', 'exec no-such-program'],
  ['it was built without', 'echo interactive mode not supported'],
  ['it says nothing', 'exec sleep 60'],
  ['it repeats each line', 'cat'],
  ['it repeats each line behind a prompt', 'while read -r line; do echo "nft> $line"; eval "$ANSWER"; done'],
])('pitfall 31: none is begun where %s', async (_, script) => {
  // Otherwise as nft does.
  const answer = 'case $line in describe*) echo payload;; end) printf "Error\\nend\\n^\\n" >&2;; esac'
  const command = ['env', `ANSWER=${answer}`, ...shell(script)] as const
  expect(await NftConversation.start(command, 500)).toBeUndefined()
})

test.each([
  ['there is no such program', 'no-such-program'],
  ['nothing can be started', 'nft\0'],
])('pitfall 31: none is begun where %s', async (_, program) => {
  expect(await NftConversation.start([program], 500)).toBeUndefined()
})

test('pitfall 31: none is begun where no file descriptors are left, and the gateway lives on', async () => {
  const script = `const { openSync } = require('node:fs')
    import('${new URL('./nft-conversation.ts', import.meta.url)}').then(async ({ NftConversation }) => {
      await NftConversation.start(['true'])
      try { for (;;) openSync('/dev/null') } catch {}
      const begun = await NftConversation.start(['true'])
      await new Promise((next) => setTimeout(next, 50))
      console.log(begun)
    })`
  const { stdout } = await execa('sh', ['-c', 'ulimit -n 100; exec "$0" -e "$1"', process.execPath, script])
  expect(stdout).toBe('undefined')
})

test('an answer that came while this process stood still is read', async () => {
  const nft = await converse()
  const said = nft.say('list tables', 20)
  // It lies there for longer than is waited for it.
  const until = performance.now() + 1_500
  while (performance.now() < until);
  expect(await said).toContain('{"nftables"')
})

/** Answers once as nft does, and then no more. */
const FALLS_SILENT = shell('echo; read -r a; echo; printf "Error\\nend\\n^\\n" >&2; exec sleep 60')

test('pitfall 31: when it is killed, what was asked fails, and all that is asked later', async () => {
  const nft = await converse(FALLS_SILENT)
  const asked = nft.say('x')
  nft.end('over')
  await expect(asked).rejects.toThrow('over')
  await expect(nft.say('y')).rejects.toThrow('over')
  expect(nft.isOver).toBe(true)
})

test('when it ends by itself, what was asked fails', async () => {
  const nft = await converse()
  nft.close()
  await expect(nft.say('list tables')).rejects.toThrow('nft has ended')
  await until(() => nft.isOver)
})

test('it answers what was asked before it is closed', async () => {
  const nft = await converse()
  const answer = nft.say('list tables')
  nft.close()
  expect(await answer).toContain('{"nftables"')
})

test('when it is stuck, it is ended', async () => {
  const nft = await converse(FALLS_SILENT)
  await expect(nft.say('x', 300)).rejects.toThrow('nft has not answered within 300 ms')
  expect(nft.isOver).toBe(true)
})

test('it ends with the gateway, however that ends, does not keep it from ending, and writes nothing into its home', async () => {
  const home = mkdtempSync(join(tmpdir(), 'x4pn-nft-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const script = `import { NftConversation } from '${resolve(import.meta.dirname, 'nft-conversation.ts')}'
const nft = await NftConversation.start(${JSON.stringify(NFT)})
await nft.say('add table inet t')
const [pid] = (await import('node:fs')).readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').split(' ')
process.stdout.write(pid + '\\n')`
  const start = async (then: string) => {
    const child = spawn('node', ['--input-type=module', '--eval', script + then], {
      env: { ...process.env, HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [pid] = await once(child.stdout, 'data')
    return { child, pid: Number(pid) }
  }
  const isGone = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === ''
    } catch {
      return true
    }
  }
  const killed = await start('\nsetInterval(() => {}, 1000)')
  expect(isGone(killed.pid)).toBe(false)
  killed.child.kill('SIGKILL')
  await until(() => isGone(killed.pid))
  const done = await start('')
  const [code] = await once(done.child, 'exit')
  expect(code).toBe(0)
  await until(() => isGone(done.pid))
  expect(existsSync(join(home, '.nft.history'))).toBe(false)
})
