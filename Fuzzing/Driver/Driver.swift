import CFuzzer
import FuzzTargets

// SwiftPM has the linker take this for `main`; libFuzzer's own would know no arguments of ours.
@_cdecl("Fuzzer_main")
public func main(_ argumentCount: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
    guard argumentCount > 1, let name = unsafe arguments?[1], FuzzTarget(rawValue: unsafe String(cString: name)) != nil else {
        print("usage: Fuzzer \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) [libFuzzer's options] [corpus ...]")
        return 2
    }
    // Without the name of the target, which stands where libFuzzer does not look: it takes the first argument for the program's.
    var count = argumentCount - 1
    var rest = unsafe arguments.map { unsafe $0 + 1 }
    return unsafe LLVMFuzzerRunDriver(&count, &rest) { bytes, count in
        guard let target else { return -1 }
        let input = unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
        do {
            try target.run(input)
        } catch {
            preconditionFailure("\(error)")
        }
        return 0
    }
}

private let target = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init)
