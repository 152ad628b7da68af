// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IX4PNNodeBond, SlashCase} from "../../src/interfaces/IX4PNNodeBond.sol";
import {IX4PNNodeRegistry} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {BondTest} from "../utils/BondTest.sol";

/// @title A slashing case from its opening to its end.
contract CasesTest is BondTest {
    function _dismiss(uint256 caseId) private {
        vm.prank(admin);
        bonds.dismissCase(caseId);
    }

    // ----------------------------------------------------------------- opening

    function test_openCase_freezes() public {
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.SlashCaseOpened(1, node, node, 50 * X4PN, _now() + 7 days, EVIDENCE);
        assertEq(_openCase(50 * X4PN), 1);
        _assertBond(node, BOND, 0, 50 * X4PN);
        SlashCase memory found = bonds.slashCase(1);
        assertEq(found.node, node);
        assertEq(found.amount, 50 * X4PN);
        assertEq(found.openedAt, _now());
        assertEq(found.executableAt, _now() + 7 days);
        assertEq(found.state, 1);
        assertEq(found.evidenceCid, EVIDENCE);
        assertEq(bonds.slashCaseCount(), 1);
    }

    function test_openCase_revertsWhen_malformed() public {
        vm.startPrank(admin);
        vm.expectRevert(IX4PNNodeBond.Bond_ZeroAmount.selector);
        bonds.openCase(node, 0, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_BadCid.selector, 0));
        bonds.openCase(node, 1, "");
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_BadCid.selector, 129));
        bonds.openCase(node, 1, string(new bytes(129)));
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_UnknownNode.selector, successor));
        bonds.openCase(successor, 1, EVIDENCE);
    }

    function test_openCase_revertsWhen_thereIsNoBond() public {
        bytes memory consent = _consent(successorKey, operator, _now());
        vm.prank(operator);
        registry.register(successor, _nodeParams(), _now(), consent);
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_NothingToFreeze.selector, successor));
        bonds.openCase(successor, 1, EVIDENCE);
    }

    function test_revertsWhen_theCallerDoesNotGovern() public {
        uint256 caseId = _openCase(1);
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, relayer);
        vm.startPrank(relayer);
        vm.expectRevert(refusal);
        bonds.openCase(node, 1, EVIDENCE);
        vm.expectRevert(refusal);
        bonds.dismissCase(caseId);
        skip(7 days);
        vm.expectRevert(refusal);
        bonds.executeCase(caseId);
    }

    // --------------------------------------------------------------- objecting

    function test_objectTo_addsASecondDelayOnce() public {
        uint256 caseId = _openCase(CASE_CAP);
        skip(7 days - 1);
        uint256 executableAt = _now() + 1 + 7 days;
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.SlashCaseObjected(caseId, node, executableAt, "bafystatement");
        _object(caseId);
        assertEq(bonds.slashCase(caseId).state, 2);
        assertEq(bonds.slashCase(caseId).executableAt, executableAt);

        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_BadCase.selector, caseId));
        _object(caseId);
        skip(7 days);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooEarly.selector, caseId, executableAt));
        _execute(caseId);
        skip(1);
        assertEq(_execute(caseId), CASE_CAP);
    }

    function test_objectTo_revertsWhen_inAnothersName() public {
        uint256 caseId = _openCase(1);
        address[3] memory others = [relayer, node, admin];
        for (uint256 i; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_NotOperator.selector, caseId, others[i]));
            bonds.objectTo(caseId, "bafy");
        }
    }

    function test_objectTo_revertsWhen_lateUnknownOrSilent() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_BadCase.selector, 1));
        _object(1);
        uint256 caseId = _openCase(1);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_BadCid.selector, 0));
        bonds.objectTo(caseId, "");
        skip(7 days);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooLate.selector, caseId, _now()));
        _object(caseId);
    }

    // --------------------------------------------------------------- executing

    function test_executeCase_burns() public {
        uint256 caseId = _openCase(CASE_CAP);
        uint256 supply = x4pn.totalSupply();
        skip(7 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooEarly.selector, caseId, _now() + 1));
        _execute(caseId);
        skip(1);
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.Slashed(caseId, node, node, CASE_CAP, BOND - CASE_CAP);
        assertEq(_execute(caseId), CASE_CAP);
        _assertBond(node, BOND - CASE_CAP, 0, 0);
        assertEq(bonds.slashCase(caseId).state, 3);
        assertEq(x4pn.totalSupply(), supply - CASE_CAP);
        assertEq(x4pn.balanceOf(address(bonds)), BOND - CASE_CAP);
    }

    function test_executeCase_revertsWhen_theWindowHasPassed() public {
        uint256 caseId = _openCase(CASE_CAP);
        skip(14 days - 1);
        uint256 snapshot = vm.snapshotState();
        _execute(caseId);
        vm.revertToState(snapshot);
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooLate.selector, caseId, _now()));
        _execute(caseId);
    }

    function test_anEndedCaseIsOver() public {
        uint256 executed = _openCase(1 * X4PN);
        uint256 dismissed = _openCase(1 * X4PN);
        _dismiss(dismissed);
        skip(7 days);
        _execute(executed);
        uint256[3] memory ids = [executed, dismissed, 99];
        for (uint256 i; i < ids.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IX4PNNodeBond.Bond_BadCase.selector, ids[i]);
            vm.expectRevert(refusal);
            _execute(ids[i]);
            vm.expectRevert(refusal);
            _dismiss(ids[i]);
            vm.expectRevert(refusal);
            bonds.releaseLapsed(ids[i]);
            vm.expectRevert(refusal);
            _object(ids[i]);
        }
    }

    // ---------------------------------------------------- dismissing and lapse

    function test_dismissCase_frees() public {
        uint256 caseId = _openCase(CASE_CAP);
        _object(caseId);
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.SlashCaseDismissed(caseId, node, node);
        _dismiss(caseId);
        _assertBond(node, BOND, 0, 0);
        assertEq(bonds.slashCase(caseId).state, 4);
    }

    function test_releaseLapsed_freesWithNobodyGoverning() public {
        uint256 caseId = _openCase(CASE_CAP);
        _object(caseId);
        skip(21 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooEarly.selector, caseId, _now() + 1));
        bonds.releaseLapsed(caseId);
        skip(1);
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.SlashCaseLapsed(caseId, node, node);
        vm.prank(relayer);
        bonds.releaseLapsed(caseId);
        _assertBond(node, BOND, 0, 0);
        assertEq(bonds.slashCase(caseId).state, 5);
    }
}
