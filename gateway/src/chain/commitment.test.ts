// The registry's commitment and the running exit policy: a difference is said loudly, and not at every look.
import { exitPolicyHash, nodeCommitment } from '@x4pn/contracts'
import pino from 'pino'
import { generatePrivateKey } from 'viem/accounts'
import { expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { deriveKeys } from '../keys.ts'
import type { OwnRecord } from './chain.ts'
import { commitmentCheck } from './commitment.ts'

const environment = {
  X4PN_NODE_KEY: generatePrivateKey(),
  X4PN_CHAIN_ID: '31337',
  X4PN_RPC_URLS: 'http://127.0.0.1:1',
  X4PN_SESSIONS: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
  X4PN_REGISTRY: '0x5fbdb2315678afecb367f032d93f642f64180aa4',
  X4PN_API_URL: 'http://192.0.2.1:8443',
  X4PN_WIREGUARD_ENDPOINT: '192.0.2.1:51820',
  X4PN_WIREGUARD_PORT: '51820',
}
const registered = readConfig(environment)
const running = readConfig({ ...environment, X4PN_EXIT_TCP_PORTS: '53,80,443' })
const keys = deriveKeys(registered.nodeKey)
const recordOf = ({ exitPolicy }: typeof running): OwnRecord => ({
  pricePerGiB: 1n,
  pricePerHour: 1n,
  payout: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
  commitment: nodeCommitment(keys.wireguard.publicKey, exitPolicyHash(exitPolicy)),
  successor: undefined,
})

test('said once when they differ, once when they agree again, and never before the registry was read', () => {
  const said: { level: number; registered?: string }[] = []
  const log = pino({}, { write: (line) => said.push(JSON.parse(line)) })
  const gateway = { config: running, keys, log, record: undefined as OwnRecord | undefined }
  const compare = commitmentCheck(gateway)
  compare()
  expect(said).toEqual([])
  gateway.record = recordOf(registered)
  compare()
  compare()
  expect(said).toHaveLength(1)
  expect(said[0]).toMatchObject({ level: 50, registered: gateway.record.commitment })
  gateway.record = recordOf(running)
  compare()
  compare()
  expect(said.map(({ level }) => level)).toEqual([50, 30])
})
