#!/usr/bin/env node
// The command: `x4pn-gateway [run]` serves, `x4pn-gateway identity <operator>` prints what the registry wants to know.
import { exitPolicyHash, nodeCommitment, registryDomain, registryTypes } from '@x4pn/contracts'
import { getAddress, isAddress } from 'viem'
import { WrongChainError } from './chain/endpoint.ts'
import { doctor } from './cli/doctor.ts'
import { drain } from './cli/drain.ts'
import { healthy } from './cli/healthy.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { deriveKeys } from './keys.ts'
import { startGateway } from './start.ts'

/** Seconds for which the node key's consent may be used. */
const CONSENT_LIFETIME = 3600

async function main([command = 'run', ...args]: string[]): Promise<void> {
  const config = readConfig(process.env)
  if (command === 'doctor') process.exit(await doctor(config, args))
  if (command === 'healthy') process.exit(await healthy(config, args))
  if (command === 'drain') process.exit(await drain(config, args))
  if (command === 'run') return run(config)
  if (command === 'identity') return identity(config, args[0])
  throw new ConfigError(`There is no command ${command}. Use run, doctor, drain, healthy, or identity <operator>.`)
}

async function run(config: Config): Promise<void> {
  const gateway = await startGateway(config)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    gateway.stop().then(() => process.exit(0), fail)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
  gateway.drained.then(stop)
}

/** One JSON object: the node's id, what it commits to, and its consent to being registered by `operator`. */
async function identity(config: Config, operator: string | undefined): Promise<void> {
  if (operator === undefined || !isAddress(operator)) throw new ConfigError(`${operator} is not an operator's address.`)
  const { nodeKey, chainId, registry } = config
  const { account, wireguard } = deriveKeys(nodeKey)
  const deadline = Math.floor(Date.now() / 1000) + CONSENT_LIFETIME
  const consent = await account.signTypedData({
    domain: registryDomain({ chainId, contract: registry }),
    types: registryTypes,
    primaryType: 'NodeConsent',
    message: { node: account.address, operator: getAddress(operator), deadline },
  })
  const commitment = nodeCommitment(wireguard.publicKey, exitPolicyHash(config.exitPolicy))
  process.stdout.write(`${JSON.stringify({ node: account.address, commitment, deadline, consent })}\n`)
}

function fail(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
}

/** What the operator can mend comes without a stack. */
function explain(error: unknown): unknown {
  if (error instanceof ConfigError) return error.message
  if (error instanceof WrongChainError) return error.shortMessage
  return error instanceof Error ? error.stack : error
}

main(process.argv.slice(2)).catch(fail)
