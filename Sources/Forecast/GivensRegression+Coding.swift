extension GivensRegression {
    /// Appends the state, bit for bit.
    func encode(to out: inout StateWriter) {
        out.append(Int64(columns))
        out.append(rows)
        out.append(refusedRows)
        out.append(floorBindings)
        out.append(sse)
        out.append(d)
        out.append(theta)
        out.append(r)
        if lambda < 1 {
            out.append(energy)
            out.append(excitations)
        }
    }

    /// Reads the state into a regression of the same shape.
    mutating func decode(from reader: inout StateReader) throws(ForecastError) {
        let stored = try reader.integer()
        guard stored == Int64(columns) else { throw reader.failure("\(stored) regressors, not \(columns)") }
        rows = try reader.integer(in: 0...(1 << 62), "the number of rows")
        refusedRows = try reader.integer(in: 0...(1 << 62), "the number of refused rows")
        floorBindings = try reader.integer(in: 0...(1 << 62), "the number of floor bindings")
        sse = try reader.double()
        d = try reader.doubles(columns)
        theta = try reader.doubles(columns)
        r = try reader.doubles(r.count)
        if lambda < 1 {
            energy = try reader.doubles(columns)
            excitations = try reader.doubles(columns)
        }
    }
}
