// The gateway as it is, on a disk that forgets what was not synced: for tests that kill it. The real tunnel, or where
// none can be made the simulated one.
import { readConfig } from '../config.ts'
import { startGateway } from '../start.ts'
import { forgetfulFiles } from './forgetful-files.ts'

const gateway = await startGateway(readConfig(process.env), { files: forgetfulFiles() })
process.on('SIGTERM', () => gateway.stop().then(() => process.exit(0)))
