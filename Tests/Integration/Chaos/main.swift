import BrokerKit
import Foundation
import WorkerHost

// `make chaos`: a real broker, real workers, faults.

exit(ChaosCommand.run(Array(CommandLine.arguments.dropFirst())))
