extension FeatureWindows {
    /// Appends the state, bit for bit.
    func encode(to out: inout StateWriter) {
        out.append(trades)
        out.append(volumeTrades)
        out.append(time)
        out.append(firstTime)
        out.append(bucketStart)
        out.append(bucket)
        out.append([price, volume, gap, return1, return2, return3, returnSum, sign, signAverage, priceAverage])
        out.append(squares)
        out.append(volumes)
        out.append(signedVolumes)
        out.append(bucketVolumes)
        out.append(bucketValues)
    }

    /// Reads the state.
    init(from reader: inout StateReader) throws(ForecastError) {
        trades = try reader.integer(in: 0...(1 << 62), "the number of eligible trades")
        volumeTrades = try reader.integer(in: trades...(1 << 62), "the number of volume trades")
        time = try reader.integer()
        firstTime = try reader.integer()
        bucketStart = try reader.integer()
        bucket = try reader.integer()
        price = try reader.double()
        volume = try reader.double()
        gap = try reader.double()
        return1 = try reader.double()
        return2 = try reader.double()
        return3 = try reader.double()
        returnSum = try reader.double()
        sign = try reader.double()
        signAverage = try reader.double()
        priceAverage = try reader.double()
        squares = try reader.inlineDoubles()
        volumes = try reader.inlineDoubles()
        signedVolumes = try reader.inlineDoubles()
        bucketVolumes = try reader.inlineDoubles()
        bucketValues = try reader.inlineDoubles()
    }
}
