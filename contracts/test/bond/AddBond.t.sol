// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IX4PNNodeBond} from "../../src/interfaces/IX4PNNodeBond.sol";
import {IX4PNNodeRegistry, NodeParams} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {BondTest} from "../utils/BondTest.sol";

/// @title Posting a bond, and the minimum that a new node brings.
contract AddBondTest is BondTest {
    function test_takesTheAmountFromTheOperator() public {
        uint256 before = x4pn.balanceOf(operator);
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.BondAdded(node, operator, 5 * X4PN, BOND + 5 * X4PN);
        vm.prank(operator);
        bonds.addBond(node, 5 * X4PN);
        _assertBond(node, BOND + 5 * X4PN, 0, 0);
        assertEq(x4pn.balanceOf(operator), before - 5 * X4PN);
        assertEq(x4pn.balanceOf(address(bonds)), BOND + 5 * X4PN);
    }

    function test_revertsWhen_aStrangerAddsDustToAnothersBond() public {
        _enrich(relayer);
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotOperator.selector, node, relayer));
        bonds.addBond(node, 1);
    }

    function test_revertsWhen_theAmountIsZeroOrMissing() public {
        vm.startPrank(operator);
        vm.expectRevert(IX4PNNodeBond.Bond_ZeroAmount.selector);
        bonds.addBond(node, 0);
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientBalance.selector);
        bonds.addBond(node, 1_000_000 * X4PN);
    }

    function test_revertsWhen_theNodeIsUnknownOrSucceeded() public {
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_UnknownNode.selector, successor));
        bonds.addBond(successor, 1);
        _succeed(node, successor, successorKey);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_HasSuccessor.selector, node, successor));
        bonds.addBond(node, 1);
    }

    function test_isNotCountedWhenSomebodySendsTokens() public {
        vm.prank(operator);
        assertTrue(x4pn.transfer(address(bonds), 7));
        _assertBond(node, BOND, 0, 0);
    }

    // ------------------------------------------------------------ the minimum

    function test_theMinimumStartsAtZeroAndANodeNeedsNoBond() public {
        assertEq(bonds.minimumBond(), 0);
        bytes memory consent = _consent(successorKey, relayer, _now());
        vm.prank(relayer);
        registry.register(successor, _nodeParams(), _now(), consent);
        _assertBond(successor, 0, 0, 0);
        assertTrue(bonds.isBonded(successor));
        assertFalse(bonds.isBonded(makeAddr("unknown")));
    }

    function test_aNewNodeBringsTheMinimum() public {
        _setMinimum(50 * X4PN);
        NodeParams memory params = _nodeParams();
        bytes memory consent = _consent(successorKey, relayer, _now());
        vm.prank(relayer);
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientAllowance.selector);
        registry.register(successor, params, _now(), consent);

        _enrich(relayer);
        vm.prank(relayer);
        registry.register(successor, params, _now(), consent);
        _assertBond(successor, 50 * X4PN, 0, 0);
        assertTrue(bonds.isBonded(successor));
    }

    function test_revertsWhen_lessThanTheMinimumWouldBackTheNode() public {
        bytes memory consent = _consent(successorKey, operator, _now());
        vm.prank(operator);
        registry.register(successor, _nodeParams(), _now(), consent);
        _setMinimum(50 * X4PN);
        assertFalse(bonds.isBonded(successor));
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooLow.selector, successor, 50 * X4PN - 1, 50 * X4PN));
        bonds.addBond(successor, 50 * X4PN - 1);
        bonds.addBond(successor, 50 * X4PN);
        assertTrue(bonds.isBonded(successor));
        // What is leaving backs nothing.
        bonds.startExit(successor, 50 * X4PN);
        assertFalse(bonds.isBonded(successor));
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_TooLow.selector, successor, 1, 50 * X4PN));
        bonds.addBond(successor, 1);
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_theContractHoldsEveryBond(uint96[4] memory amounts) public {
        uint256 sum = BOND;
        for (uint256 i; i < amounts.length; ++i) {
            uint256 amount = bound(amounts[i], 1, 10_000 * X4PN);
            sum += amount;
            vm.prank(operator);
            bonds.addBond(node, amount);
        }
        _assertBond(node, sum, 0, 0);
        assertEq(x4pn.balanceOf(address(bonds)), sum);
    }
}
