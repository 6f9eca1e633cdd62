Attribute VB_Name = "SendxlHeld"
Option Explicit
' In the table Held, a right click on cells of Decision offers what can be decided; it asks why, and writes both.

Private Const HEADING As String = "Delivery plan"
Private Const HELD As String = "Held"
Private Const DECISION As String = "Decision"
Private Const WHY As String = "Why"
Private Const CHOICES As String = "list_Decision" ' the cells of Lists that the drop-down list shows, too
Private Const OFFERED As String = "sendxlDecision"
Private Const BUTTON As Long = 1
Private Const SUBMENU As Long = 10

' ThisWorkbook calls this before Excel shows the menu of a cell: that of a table's cells, or that of others.
Public Sub OfferDecisions(cells As Range)
    Dim menu As Variant, word As Range, offer As Object, choice As Object
    On Error GoTo Unavailable
    For Each menu In Array("Cell", "List Range Popup")
        Withdraw CStr(menu)
        If IsDecision(cells) Then
            Set offer = Application.CommandBars(menu).Controls.Add(Type:=SUBMENU, Before:=1, Temporary:=True)
            offer.Caption = DECISION
            offer.Tag = OFFERED
            For Each word In cells.Worksheet.Parent.Names(CHOICES).RefersToRange.Cells
                Set choice = offer.Controls.Add(Type:=BUTTON, Temporary:=True)
                choice.Caption = word.Value
                choice.Parameter = word.Value
                choice.OnAction = "'" & ThisWorkbook.Name & "'!SendxlHeld.Decide"
            Next word
        End If
    Next menu
Unavailable:
End Sub

Private Sub Withdraw(menu As String)
    Dim offer As Object
    Set offer = Application.CommandBars(menu).FindControl(Tag:=OFFERED)
    If Not offer Is Nothing Then offer.Delete
End Sub

' The choice in the menu was clicked.
Public Sub Decide()
    Dim word As String, reason As String
    If TypeName(Selection) <> "Range" Then Exit Sub
    If Not IsDecision(Selection) Then Exit Sub
    word = Application.CommandBars.ActionControl.Parameter
    reason = InputBox("Why? Without a reason, Settle does not carry out a decision.", HEADING)
    If reason <> "" Then RecordDecision Selection, word, reason
End Sub

' The apostrophe keeps a reason text that begins like a formula or a number; it is no part of it.
Public Sub RecordDecision(cells As Range, word As String, reason As String)
    Dim cell As Range, across As Long
    across = ColumnOf(cells, WHY) - ColumnOf(cells, DECISION)
    For Each cell In cells.Cells
        cell.Value = word
        cell.Offset(0, across).Value = "'" & reason
    Next cell
End Sub

Private Function IsDecision(cells As Range) As Boolean
    If cells.Columns.Count <> 1 Or Not IsOfHeld(cells) Then Exit Function
    IsDecision = cells.Column = ColumnOf(cells, DECISION)
End Function

' Below the header of the table, and not below its last row.
Private Function IsOfHeld(cells As Range) As Boolean
    Dim table As ListObject
    Set table = cells.ListObject
    If table Is Nothing Then Exit Function
    If table.Name <> HELD Or table.DataBodyRange Is Nothing Then Exit Function
    IsOfHeld = cells.Row >= table.DataBodyRange.Row And _
        cells.Row + cells.Rows.Count <= table.DataBodyRange.Row + table.DataBodyRange.Rows.Count
End Function

' The column of the sheet that has a header in the table; 0 where none has.
Private Function ColumnOf(cells As Range, header As String) As Long
    Dim cell As Range
    For Each cell In cells.ListObject.HeaderRowRange.Cells
        If cell.Value = header Then ColumnOf = cell.Column
    Next cell
End Function
