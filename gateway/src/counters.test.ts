// Signed counts for those who listen: what is new since the last one, and nothing twice.
import type { SignedCounters } from '@x4pn/gateway-api'
import { generatePrivateKey } from 'viem/accounts'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { tellCounters } from './counters.ts'
import type { Gateway } from './gateway.ts'
import { deriveKeys } from './keys.ts'
import { SessionStore } from './sessions/store.ts'
import { Statements } from './statements.ts'
import { sessionAt } from './testing/session.ts'
import { UsageFeed } from './usage-feed.ts'

const config = readConfig({
  X4PN_NODE_KEY: generatePrivateKey(),
  X4PN_CHAIN_ID: '31337',
  X4PN_RPC_URLS: 'http://127.0.0.1:1',
  X4PN_SESSIONS: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
  X4PN_REGISTRY: '0x5fbdb2315678afecb367f032d93f642f64180aa4',
  X4PN_API_URL: 'http://192.0.2.1:8443',
  X4PN_WIREGUARD_ENDPOINT: '192.0.2.1:51820',
  X4PN_WIREGUARD_PORT: '51820',
})

test('a count or a handshake that moved is told to who listens, also of a pass whose bytes are not counted', async () => {
  const sessions = new SessionStore()
  const [session, unheard] = [sessionAt(1), sessionAt(2)]
  for (const each of [session, unheard]) sessions.add(each)
  const feed = new UsageFeed()
  const told: SignedCounters[] = []
  feed.listen(session.stream, {
    take: ({ event, data }) => void (event === 'counters' && told.push(data)),
    end: () => {},
  })
  const statements = new Statements(config, deriveKeys(config.nodeKey), Date.now)
  const tell = tellCounters({ statements, feed, sessions } as unknown as Gateway)
  const said = () => told.map(({ usedBytes, lastHandshake }) => [usedBytes, lastHandshake])
  const first = [String(session.usedBytes), 1_000]
  await tell()
  await tell()
  expect(said()).toEqual([first])
  session.lastHandshake = 1_120
  await tell()
  session.usedBytes += 5n
  unheard.usedBytes += 5n
  await tell()
  await tell()
  expect(said()).toEqual([first, [first[0], 1_120], [String(session.usedBytes), 1_120]])
})
