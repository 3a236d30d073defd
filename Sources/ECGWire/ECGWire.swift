import SwiftProtobuf
import CZlib
