Attribute VB_Name = "BillowRibbon"
Option Explicit

' Every button of tab Billow calls OnAction. Which command it runs is said by its id; Python knows the rest.

Public Sub OnAction(control As IRibbonControl)
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then
        MsgBox "Open a billing workbook first.", vbExclamation, "Billow"
        Exit Sub
    End If
    RunPython "import billow_addin; billow_addin.run('" & control.ID & "')"
    Exit Sub
Failed:
    MsgBox "Python does not answer: " & Err.Description & vbCrLf & vbCrLf & _
        "Run billow doctor in a terminal; it says what to do.", vbExclamation, "Billow"
End Sub
