import Testing

@testable import TensorText

@Suite struct `The table of powers of ten` {
    private let powers = PowersOfTen.significands

    @Test func `is the literature's`() {
        #expect(powers.count == PowersOfTen.exponents.count)
        // Lemire 2021 and the tables of its implementations, which round 10^-1 up.
        #expect(powers[0] == 0xEEF4_53D6_923B_D65A_113F_AA29_06A1_3B3F)
        #expect(powers[341] == 0xCCCC_CCCC_CCCC_CCCC_CCCC_CCCC_CCCC_CCCC)
        #expect(powers[342] == 1 << 127)
        #expect(powers[650] == 0x8E67_9C2F_5E44_FF8F_570F_09EA_A7EA_7648)
    }

    @Test func `is what Python's integers give`() {
        // All at once, as the digits of a number to the base of 31.
        #expect(powers.reduce(0) { $0 &* 31 &+ $1 } == 0x9fe3_3e6e_6a7e_67fe_8f41_b0b2_3fc1_d538)
    }
}
