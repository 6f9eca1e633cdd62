Attribute VB_Name = "SendxlFunctions"
Option Explicit
' Worksheet functions: single cells worked out as Python does (sendxl/figures/functions.py), without Python. What cannot be
' worked out shows as a blank. Days are days or their numbers; status goes by the default settings.

Private Const MOST As Double = 1000000000000#
Private Const ON_TRACK_FROM As Double = 0.9
Private Const AT_RISK_FROM As Double = 0.75
Private Const EARLY_SHARE As Double = 0.1

' Status of a number against the straight line from its baseline to its target. better is Higher or Lower (blank: Higher).
Public Function SENDXL_STATUS(value As Variant, baseline As Variant, baseline_on As Variant, target As Variant, _
        target_on As Variant, as_at As Variant, Optional better As Variant = "") As Variant
    Dim reached As Double, start As Double, aim As Double, first As Double, due As Double, day As Double, sign As Long
    SENDXL_STATUS = ""
    sign = SignOf(better)
    If sign = 0 Or Not (IsDay(as_at) And IsDay(baseline_on) And IsDay(target_on)) Then Exit Function
    If Not (IsAmount(value) And IsAmount(baseline) And IsAmount(target)) Then Exit Function
    reached = Plain(value): start = Plain(baseline): aim = Plain(target)
    first = DayOf(baseline_on): due = DayOf(target_on): day = DayOf(as_at)
    If due < first Or (sign > 0 And Rounded(aim - start) < 0) Then Exit Function
    If day < first Then
        SENDXL_STATUS = "Not started"
    Else
        SENDXL_STATUS = OnLine(Rounded(sign * (reached - aim)) >= 0, Rounded(sign * (aim - start)) > 0, day >= due, _
            Attainment(sign, reached, start, aim, first, due, day))
    End If
End Function

Private Function OnLine(reached As Boolean, rises As Boolean, over As Boolean, share As Double) As String
    If reached And over Then
        OnLine = "Complete"
    ElseIf over Then
        OnLine = IIf(share >= ON_TRACK_FROM, "At risk", "Off track")
    ElseIf (reached And rises) Or share >= ON_TRACK_FROM Then
        OnLine = "On track"
    Else
        OnLine = IIf(share >= AT_RISK_FROM, "At risk", "Off track")
    End If
End Function

' How much of the expected change has happened: 1 as expected, 0 none of it, below 0 the wrong way.
Private Function Attainment(sign As Long, reached As Double, start As Double, aim As Double, first As Double, due As Double, _
        day As Double) As Double
    Dim gone As Double, expected As Double, change As Double
    gone = 1
    expected = aim
    If day < due Then
        gone = Rounded((day - first) / (due - first))
        expected = start + (aim - start) * (day - first) / (due - first)
    End If
    change = Abs(expected - start)
    If Rounded(change) <> 0 And gone >= EARLY_SHARE Then
        Attainment = Rounded(1 + sign * (reached - expected) / change)
    ElseIf Rounded(sign * (reached - start)) >= 0 Then
        Attainment = 1
    ElseIf start <> 0 Then
        Attainment = Rounded(1 - Abs(reached - start) / Abs(start))
    End If
End Function

' Pounds that a place saves a year along a chain such as OOC > SPECIAL > RP: the first cost less the last.
Public Function SENDXL_UNITSAVING(chain As Variant, codes As Variant, costs As Variant) As Variant
    Dim link As Variant, cost As Double, first As Double, count As Long
    SENDXL_UNITSAVING = ""
    For Each link In Split(Words(chain), ">")
        If Seen(CStr(link)) <> "" Then
            If Not HasCost(Seen(CStr(link)), codes, costs, cost) Then Exit Function
            If count = 0 Then first = cost
            count = count + 1
        End If
    Next link
    If count >= 2 Then SENDXL_UNITSAVING = first - cost
End Function

' True if a code has a cost, which is put into cost; of a code that stands twice the first counts.
Private Function HasCost(code As String, codes As Variant, costs As Variant, ByRef cost As Double) As Boolean
    Dim position As Long, found As Variant
    For position = 1 To SizeOf(codes)
        If Seen(TextOf(Item(codes, position))) = code Then
            If position <= SizeOf(costs) Then found = Item(costs, position)
            If IsNumber(found) Then
                HasCost = Abs(found) <= MOST
                If HasCost Then cost = CDbl(found)
            End If
            Exit Function
        End If
    Next position
End Function

' Share of a financial year, like 2026-27, between two days (the second blank: for good), by whole months: 0 to 1.
Public Function SENDXL_YEARSHARE(from_ As Variant, until_ As Variant, year_ As Variant) As Variant
    Dim months As Long
    months = LiveMonths(from_, until_, Words(year_))
    SENDXL_YEARSHARE = ""
    If months >= 0 Then SENDXL_YEARSHARE = months / 12
End Function

' Pounds that a quantity saves in a financial year, to the penny. recurs is TRUE or Yes (blank: TRUE) for every year.
Public Function SENDXL_SAVING(quantity As Variant, unit As Variant, from_ As Variant, until_ As Variant, year_ As Variant, _
        Optional recurs As Variant = "") As Variant
    Dim months As Long, first As Long, pence As Double, many As Double, each_ As Double
    SENDXL_SAVING = ""
    months = LiveMonths(from_, until_, Words(year_))
    If months < 0 Or Not (IsAmount(quantity) And IsAmount(unit)) Then Exit Function
    many = Plain(quantity): each_ = Plain(unit)
    If Abs(many) > MOST Or Abs(each_) > MOST Then Exit Function
    If Not IsYes(recurs) Then
        first = CLng(Left$(Words(year_), 4)) * 12 + 3
        If months > 0 And MonthOf(DayOf(from_)) >= first And MonthOf(DayOf(from_)) <= first + 11 Then months = 12 Else months = 0
    End If
    pence = Abs(many * each_ * months / 12 * 100)
    SENDXL_SAVING = Sgn(many * each_) * Int(pence + 0.5 + pence * 0.000000000000004 + 0.000000001) / 100 ' halves up, as typed
End Function

' Whole months of a year between two days; -1 without a first day, or for what is no year.
Private Function LiveMonths(from_ As Variant, until_ As Variant, year_ As String) As Long
    Dim first As Long, last As Long, ends As Double
    LiveMonths = -1
    If Not (year_ Like "####-##" And IsDay(from_)) Then Exit Function
    If CLng(Right$(year_, 2)) <> (CLng(Left$(year_, 4)) + 1) Mod 100 Then Exit Function
    first = CLng(Left$(year_, 4)) * 12 + 3
    last = first + 11
    If IsDay(until_) Then
        ends = DayOf(until_)
        If MonthOf(ends + 1) - 1 < last Then last = MonthOf(ends + 1) - 1
    End If
    If MonthOf(DayOf(from_)) > first Then first = MonthOf(DayOf(from_))
    LiveMonths = IIf(last - first + 1 > 0, last - first + 1, 0)
End Function

Private Function MonthOf(day As Double) As Long
    MonthOf = CLng(Year(CDate(day))) * 12 + Month(CDate(day)) - 1
End Function

' A single value of what a cell gives: a range, an array or a value.
Private Function Plain(given As Variant) As Variant
    If IsObject(given) Then
        Plain = given.Cells(1, 1).Value2
    ElseIf IsArray(given) Then
        Plain = given(LBound(given, 1), LBound(given, 2))
    Else
        Plain = given
    End If
End Function

Private Function SizeOf(given As Variant) As Long
    If IsObject(given) Then
        SizeOf = given.Cells.Count
    ElseIf IsArray(given) Then
        SizeOf = (UBound(given, 1) - LBound(given, 1) + 1) * (UBound(given, 2) - LBound(given, 2) + 1)
    Else
        SizeOf = 1
    End If
End Function

Private Function Item(given As Variant, position As Long) As Variant
    Dim wide As Long
    If IsObject(given) Then
        Item = given.Cells((position - 1) \ given.Columns.Count + 1, (position - 1) Mod given.Columns.Count + 1).Value2
    ElseIf IsArray(given) Then
        wide = UBound(given, 2) - LBound(given, 2) + 1
        Item = given(LBound(given, 1) + (position - 1) \ wide, LBound(given, 2) + (position - 1) Mod wide)
    Else
        Item = given
    End If
End Function

Private Function IsAmount(given As Variant) As Boolean
    IsAmount = IsNumber(Plain(given))
End Function

Private Function IsNumber(found As Variant) As Boolean
    Select Case VarType(found)
        Case vbInteger, vbLong, vbSingle, vbDouble, vbCurrency, 14, 20 ' and decimals and long ones
            IsNumber = True
    End Select
End Function

Private Function IsDay(given As Variant) As Boolean
    If VarType(Plain(given)) = vbDate Then
        IsDay = True
    ElseIf IsAmount(given) Then
        IsDay = Plain(given) >= 1 And Plain(given) < 2958465
    End If
End Function

Private Function DayOf(given As Variant) As Double
    DayOf = Int(CDbl(Plain(given)))
End Function

Private Function Words(given As Variant) As String
    Words = TextOf(Plain(given))
End Function

Private Function TextOf(found As Variant) As String
    If Not (IsError(found) Or IsEmpty(found) Or IsNull(found)) Then TextOf = CStr(found)
End Function

' A code as it is seen: without case, and with any run of spaces as one.
Private Function Seen(code As String) As String
    Dim space As Variant
    Seen = code
    For Each space In Array(9, 10, 13, 160)
        Seen = Replace(Seen, ChrW$(space), " ")
    Next space
    Do While InStr(Seen, "  ") > 0
        Seen = Replace(Seen, "  ", " ")
    Loop
    Seen = LCase$(Trim$(Seen))
End Function

Private Function SignOf(better As Variant) As Long
    Select Case LCase$(Trim$(Words(better)))
        Case "", "higher"
            SignOf = 1
        Case "lower"
            SignOf = -1
    End Select
End Function

Private Function IsYes(given As Variant) As Boolean
    Select Case LCase$(Trim$(Words(given)))
        Case "", "true", "yes", "1"
            IsYes = True
    End Select
    If VarType(Plain(given)) = vbBoolean Then IsYes = Plain(given)
End Function

' To six places, halves away from 0.
Private Function Rounded(number As Double) As Double
    Rounded = Sgn(number) * Int(Abs(number) * 1000000 + 0.5) / 1000000
End Function
