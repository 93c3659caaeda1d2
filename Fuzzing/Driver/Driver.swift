import CFuzzer
import FuzzTargets
import Glibc

// SwiftPM has the linker take this for `main`, so that libFuzzer's own stays out.
@_cdecl("Fuzzer_main")
public func main(_ argumentCount: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
    guard target != nil else {
        print("FUZZ_TARGET=\(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) Fuzzer [libFuzzer's options] [corpus ...]")
        return 2
    }
    var (count, rest) = unsafe (argumentCount, arguments)
    return unsafe LLVMFuzzerRunDriver(&count, &rest) { bytes, count in
        let input = unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
        do {
            try target?.run(input)
        } catch {
            preconditionFailure("\(error)")
        }
        return 0
    }
}

/// From the environment, which the processes inherit that libFuzzer starts.
private let target = unsafe getenv("FUZZ_TARGET").flatMap { FuzzTarget(rawValue: unsafe String(cString: $0)) }
