import JSONText
import Testing

@Suite struct JSONWriterTests {
    /// The number samples of RFC 8785, appendix B.
    @Test(arguments: [
        (0x0000_0000_0000_0000 as UInt64, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"), (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"), (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"), (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"), (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"), (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"), (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5557, "333333333.33333343"), (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ])
    func writesNumbersAsECMAScript(bits: UInt64, text: String) {
        #expect(JSONValue.double(Double(bitPattern: bits)).canonical == text)
    }

    @Test func sortsKeysByUTF16AndEscapesControls() {
        // RFC 8785, section 3.2.3: the emoji (a surrogate pair) sorts before the hebrew letter U+FB33.
        let value: JSONValue = ["\u{fb33}": 1, "\u{1f600}": 2, "\r": "a\u{0f}\"\\\n/", "1": [nil, true, 1.5]]
        #expect(
            value.canonical
                == #"{"\r":"a\u000f\"\\\n/","1":[null,true,1.5],"\#u{1f600}":2,"\#u{fb33}":1}"#)
    }

    @Test func integersBeyondDoublesBecomeStrings() {
        #expect(JSONValue.int(1_723_210_200_871_532_004).canonical == #""1723210200871532004""#)
        #expect(JSONValue.int(9_007_199_254_740_992).canonical == "9007199254740992")
    }

    @Test func whatIsNotFiniteIsNull() {
        #expect(JSONValue.array([.double(.nan), .double(.infinity)]).canonical == "[null,null]")
    }
}
